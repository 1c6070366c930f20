/**
 * The thin shell around the connection: a WebSocket, one timer, the browser's events. It carries out effects and
 * decides nothing.
 */

import { initialConnection, statusOf, step } from './connection.js';
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
 * @property {string} socketUrl `ws:` or `wss:`
 * @property {() => readonly string[]} known ids of the jobs believed active
 * @property {(frame: ServerFrame) => void} onFrame
 * @property {(status: Status, failures: number) => void} onStatus `failures`: connections in a row that failed
 * @property {() => Promise<boolean>} renewSession whether somebody is signed in afterwards; rejects
 *   when the server could not be asked
 */

/**
 * Create the client; nothing happens before `start`.
 *
 * @param {ClientOptions} options
 */
export function createClient({ socketUrl, known, onFrame, onStatus, renewSession }) {
  let connection = initialConnection();
  /** @type {WebSocket | null} */
  let socket = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** @param {Happening} happening */
  function dispatch(happening) {
    // The wall clock: the monotonic one stands still while the machine sleeps, and sleep is what has to be noticed.
    const { state, effects } = step(connection, { ...happening, now: Date.now(), random: Math.random() });
    connection = state;
    effects.forEach(carryOut);
    onStatus(statusOf(connection), connection.failures);
  }

  /** @param {Effect} effect */
  function carryOut(effect) {
    switch (effect.type) {
      case 'open':
        return openSocket();
      case 'close':
        return closeSocket();
      case 'greet':
        return send(connectFrame(known()));
      case 'ping':
        return send(pingFrame());
      case 'renew':
        return void renew();
      case 'wake':
        clearTimeout(timer);
        timer = setTimeout(() => dispatch({ type: 'tick' }), Math.max(0, effect.at - Date.now()));
    }
  }

  async function renew() {
    try {
      dispatch({ type: 'renewed', isSignedIn: await renewSession() });
    } catch {
      // Nobody could be asked: that is a lost connection, not a lost session.
      dispatch({ type: 'closed', code: ABNORMAL_CLOSURE });
    }
  }

  function openSocket() {
    closeSocket();
    const opened = new WebSocket(socketUrl, SUBPROTOCOL);
    socket = opened;
    // What an abandoned socket still says must not reach the connection that replaced it.
    const ifCurrent = (/** @type {() => void} */ act) => socket === opened && act();
    opened.onopen = () => ifCurrent(() => dispatch({ type: 'opened' }));
    opened.onclose = ({ code }) => ifCurrent(() => dispatch({ type: 'closed', code }));
    opened.onmessage = ({ data }) => ifCurrent(() => hear(parseFrame(data)));
  }

  /** @param {ServerFrame | null} frame */
  function hear(frame) {
    dispatch({ type: 'frame', frame });
    if (frame) onFrame(frame);
  }

  function closeSocket() {
    clearTimeout(timer);
    const closed = socket;
    socket = null;
    closed?.close();
  }

  /** @param {string} frame dropped without a connection: the next one begins with a snapshot anyway */
  function send(frame) {
    if (socket?.readyState === WebSocket.OPEN) socket.send(frame);
  }

  const events = listenToBrowser(dispatch);

  return {
    send,
    start: () => (events.attach(), dispatch({ type: 'start' })),
    stop: () => (events.detach(), dispatch({ type: 'stop' })),
  };
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
