/** A browser without the browser, for the shells: sockets that do what the test says, a page in sight, a network. */

/** The sockets that were opened, the newest last. */
export const sockets = /** @type {ScriptedSocket[]} */ ([]);

/** A socket that neither opens nor closes unless the test says so. */
class ScriptedSocket {
  static OPEN = 1;
  readyState = 0;
  /** @type {string[]} */
  sent = [];
  isClosed = false;
  onopen = () => {};
  onclose = (/** @type {{code: number}} */ _) => {};
  onmessage = (/** @type {{data: string}} */ _) => {};

  /** @param {string} url */
  constructor(url) {
    this.url = url;
    sockets.push(this);
  }

  /** @param {string} frame */
  send(frame) {
    this.sent.push(frame);
  }

  close() {
    this.isClosed = true;
  }

  opens() {
    this.readyState = ScriptedSocket.OPEN;
    this.onopen();
  }
}

const page = new EventTarget();
Object.defineProperty(navigator, 'onLine', { value: true });
Object.assign(globalThis, {
  WebSocket: ScriptedSocket,
  location: new URL('https://here.example/interviews/1'),
  document: Object.assign(new EventTarget(), { visibilityState: 'visible' }),
  addEventListener: page.addEventListener.bind(page),
  removeEventListener: page.removeEventListener.bind(page),
});
