/**
 * The thin shell around the connection: a WebSocket, one timer, the browser's events. It carries out effects and
 * decides nothing.
 */

import { initialConnection, retryAt, statusOf, step } from './connection.js';
import { SUBPROTOCOL, connectFrame, parseFrame, pingFrame } from './wire.js';

/**
 * @typedef {import('./connection.js').Effect} Effect
 * @typedef {import('./connection.js').Happening} Happening
 * @typedef {import('./connection.js').Status} Status
 * @typedef {import('./wire.js').ServerFrame} ServerFrame
 */

// RFC 6455, 7.4.1: what a browser reports when a connection broke off.
const ABNORMAL_CLOSURE = 1006;

/**
 * @typedef {object} ClientOptions
 * @property {() => string} socketUrl `ws:` or `wss:`
 * @property {() => string | null} token for the first frame
 * @property {() => readonly string[]} known ids of the jobs believed active
 * @property {(frame: ServerFrame) => void} onFrame
 * @property {(status: Status, failures: number, retryAt: number | null) => void} onStatus `failures`: connections in a
 *   row that failed; `retryAt`: of the next attempt, in milliseconds since 1970
 * @property {() => Promise<boolean>} renewSession whether somebody is signed in afterwards; rejects
 *   when the server could not be asked
 */

/** The client; nothing happens before `start`. */
export class Client {
  /** @type {ClientOptions} */
  #options;
  #connection = initialConnection();
  /** @type {WebSocket | null} */
  #socket = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #browser = listenToBrowser((happening) => this.#dispatch(happening));

  /** @param {ClientOptions} options */
  constructor(options) {
    this.#options = options;
  }

  start() {
    this.#browser.attach();
    this.#dispatch({ type: 'start' });
    // Nothing tells a tab that begins now that the network has gone before.
    if (!navigator.onLine) this.#dispatch({ type: 'offline' });
  }

  stop() {
    this.#browser.detach();
    this.#dispatch({ type: 'stop' });
  }

  /** Make sure of the connection: somebody is looking at what it brings. */
  wake() {
    this.#dispatch({ type: 'woke' });
  }

  /** Stop trying: HTTP has found out that nobody is signed in. */
  giveUp() {
    this.#dispatch({ type: 'renewed', isSignedIn: false });
  }

  /** Do what is due: the timers of a hidden page may be late by a minute. */
  tick() {
    if (Date.now() >= this.#connection.wakeAt) this.#dispatch({ type: 'tick' });
  }

  /** @param {string} frame dropped without a connection: the next one begins with a snapshot anyway */
  send(frame) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(frame);
  }

  /** @param {Happening} happening */
  #dispatch(happening) {
    // The wall clock: the monotonic one stands still while the machine sleeps, and sleep is what has to be noticed.
    const { state, effects } = step(this.#connection, { ...happening, now: Date.now(), random: Math.random() });
    this.#connection = state;
    effects.forEach((effect) => this.#carryOut(effect));
    this.#options.onStatus(statusOf(state), state.failures, retryAt(state));
  }

  /** @param {Effect} effect */
  #carryOut(effect) {
    switch (effect.type) {
      case 'open':
        return this.#open();
      case 'close':
        return this.#close();
      case 'greet':
        return this.send(connectFrame(this.#options.known(), this.#options.token()));
      case 'ping':
        return this.send(pingFrame());
      case 'renew':
        return void this.#renew();
      case 'wake':
        return this.#wake(effect.at);
    }
  }

  #open() {
    this.#close();
    const socket = new WebSocket(this.#options.socketUrl(), SUBPROTOCOL);
    this.#socket = socket;
    // What an abandoned socket still says must not reach the connection that replaced it.
    const ifCurrent = (/** @type {() => void} */ act) => socket === this.#socket && act();
    socket.onopen = () => ifCurrent(() => this.#dispatch({ type: 'opened' }));
    socket.onclose = ({ code }) => ifCurrent(() => this.#dispatch({ type: 'closed', code }));
    socket.onmessage = ({ data }) => ifCurrent(() => this.#hear(parseFrame(data)));
  }

  #close() {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  /** @param {ServerFrame | null} frame */
  #hear(frame) {
    this.#dispatch({ type: 'frame', frame });
    if (frame) this.#options.onFrame(frame);
  }

  /** @param {number} at */
  #wake(at) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#dispatch({ type: 'tick' }), Math.max(0, at - Date.now()));
  }

  async #renew() {
    try {
      this.#dispatch({ type: 'renewed', isSignedIn: await this.#options.renewSession() });
    } catch {
      // Nobody could be asked: that is a lost connection, not a lost session.
      this.#dispatch({ type: 'closed', code: ABNORMAL_CLOSURE });
    }
  }
}

/**
 * Tell the machine what the browser notices of its network and of the page being looked at again.
 *
 * @param {(happening: Happening) => void} dispatch
 */
function listenToBrowser(dispatch) {
  const online = () => dispatch({ type: 'online' });
  const offline = () => dispatch({ type: 'offline' });
  const woke = () => document.visibilityState === 'visible' && dispatch({ type: 'woke' });
  return {
    attach() {
      addEventListener('online', online);
      addEventListener('offline', offline);
      addEventListener('pageshow', woke);
      document.addEventListener('visibilitychange', woke);
    },
    detach() {
      removeEventListener('online', online);
      removeEventListener('offline', offline);
      removeEventListener('pageshow', woke);
      document.removeEventListener('visibilitychange', woke);
    },
  };
}
