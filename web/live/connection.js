/**
 * When to connect, to wait, to probe and to give up. A pure state machine: time and chance come in with each input,
 * what to do goes out as effects; `client.js` carries them out.
 *
 *     idle ──start──► opening ──opened──► greeting ──welcome──► live ──woke, online──► (a probe)
 *                      ▲  │ closed, 6 s       │ closed, 6 s       │ closed, silence
 *                      │  └───────────────────┴───────────────────┘
 *                      │                      ▼
 *                      ├──tick, online, woke── waiting ◄──offline──(any open state)
 *                      ├──renewed───────────── renewing ◄──4401──(any open state)
 *                      ├──start─────────────── ended ◄──4400–4499──(any open state), not renewed──(renewing)
 *                      └──lost with a probe unanswered, at once── live
 *
 * Open are opening, greeting and live. From every state, stop leads to idle. Where the socket cannot be had, HTTP may
 * find out that nobody is signed in: that leads to ended as well.
 */

import { LONGEST_WAIT_SECONDS, adviceOf, backoffSeconds } from './comeback.js';

/**
 * @typedef {import('./wire.js').ServerFrame} ServerFrame
 * @typedef {'idle' | 'opening' | 'greeting' | 'live' | 'waiting' | 'renewing' | 'ended'} Phase
 * @typedef {'idle' | 'connecting' | 'live' | 'reconnecting' | 'restarting' | 'offline' | Ending} Status
 * @typedef {'signed_out' | 'refused'} Ending
 */

/**
 * Times are in milliseconds of one clock that goes on while the machine sleeps.
 *
 * @typedef {object} Connection
 * @property {Phase} phase
 * @property {boolean} isOnline what the browser says, until a connection proves otherwise
 * @property {boolean} wasLive whether this is a reconnection
 * @property {boolean} hasRenewed whether the session was renewed since the last welcome: once is enough
 * @property {number} failures connections in a row that were not worth having
 * @property {number | null} comeBackSeconds what `closing` asked for
 * @property {number} heartbeatSeconds
 * @property {number} since when the phase began
 * @property {number} heardAt when the last frame came
 * @property {number | null} probedAt when a ping went out that nothing has answered yet
 * @property {number} wakeAt when the next tick was asked for
 * @property {Ending | null} ending why it ended
 */

/**
 * `woke`: the page became visible. `frame` is null for one of an unknown type, which is a sign of life all the same.
 * `renewed` also comes unasked, from HTTP in the socket's place.
 *
 * @typedef {{type: 'start' | 'stop' | 'opened' | 'tick' | 'online' | 'offline' | 'woke'}
 *   | {type: 'frame', frame: ServerFrame | null}
 *   | {type: 'closed', code: number}
 *   | {type: 'renewed', isSignedIn: boolean}} Happening
 * @typedef {Happening & {now: number, random: number}} Input `random` in [0, 1)
 */

/**
 * `greet` sends the connect frame; `wake` asks for one tick at that time, in place of any asked for before.
 *
 * @typedef {{type: 'open' | 'close' | 'greet' | 'ping' | 'renew'} | {type: 'wake', at: number}} Effect
 * @typedef {{state: Connection, effects: Effect[]}} Step
 * @typedef {(state: Connection, input: Input) => Step} Handler
 */

// A handshake takes a second on a slow phone; behind a proxy that swallows it, each wait is time without news.
const OPEN_WITHIN_MS = 6_000;
// A pong takes one round trip; a dead socket never answers, whatever the wait.
const ANSWER_WITHIN_MS = 2_000;
// A connection that ends sooner counts as failed, lest a server that welcomes and drops is asked twice a second.
const WORTHWHILE_MS = 10_000;
// Timers of a hidden page are late by a second or two; by more, the machine has slept.
const ASLEEP_AFTER_MS = 5_000;
// PROTOCOL.md, heartbeat: silence for twice its interval means that the connection is dead.
const SILENT_HEARTBEATS = 2;

/** @type {Readonly<Record<Phase, Partial<Record<Input['type'], Handler>>>>} a missing key: the input comes too late */
const TABLE = {
  idle: { start: open },
  opening: { opened: greet, closed: lose, tick: lose, renewed: resume, online: plugIn, offline: unplug, stop },
  greeting: { frame: beWelcomed, closed: lose, tick: lose, renewed: resume, online: plugIn, offline: unplug, stop },
  live: { frame: hear, closed: lose, tick: watch, woke: probe, online: probe, offline: unplug, stop },
  waiting: { tick: open, online: open, woke: open, renewed: resume, offline: unplug, stop },
  renewing: { renewed: resume, closed: postpone, online: plugIn, stop },
  ended: { start: open, stop },
};

/** @returns {Connection} the state before `start` */
export function initialConnection() {
  return {
    phase: 'idle',
    isOnline: true,
    wasLive: false,
    hasRenewed: false,
    failures: 0,
    comeBackSeconds: null,
    heartbeatSeconds: 15,
    since: 0,
    heardAt: 0,
    probedAt: null,
    wakeAt: 0,
    ending: null,
  };
}

/**
 * Return what follows from an input, and what to do, in order.
 *
 * @param {Connection} state
 * @param {Input} input
 * @returns {Step}
 */
export function step(state, input) {
  const handler = TABLE[state.phase][input.type];
  return handler ? handler(state, input) : { state, effects: [] };
}

/**
 * Return what to tell the reader of the page.
 *
 * @param {Connection} state
 * @returns {Status}
 */
export function statusOf(state) {
  if (state.phase === 'live' || state.phase === 'idle') return state.phase;
  if (state.ending) return state.ending;
  if (!state.isOnline) return 'offline';
  if (state.comeBackSeconds !== null) return 'restarting';
  return state.wasLive || state.failures > 0 ? 'reconnecting' : 'connecting';
}

/**
 * Return when the next attempt to connect begins; null while none is waited for.
 *
 * @param {Connection} state
 * @returns {number | null} in milliseconds, as `now`
 */
export function retryAt({ phase, isOnline, wakeAt }) {
  // Without a network nothing is promised: it is the network that is waited for.
  return phase === 'waiting' && isOnline ? wakeAt : null;
}

/** @type {Handler} */
function open(state, { type, now }) {
  const isOnline = state.isOnline || type === 'online';
  const next = { ...state, phase: /** @type {Phase} */ ('opening'), isOnline, since: now, ending: null };
  return woken(next, now + OPEN_WITHIN_MS, { type: 'open' });
}

/** @type {Handler} */
function greet(state) {
  return { state: { ...state, phase: 'greeting' }, effects: [{ type: 'greet' }] };
}

/** @type {Handler} */
function beWelcomed(state, input) {
  if (input.type !== 'frame' || input.frame?.type !== 'welcome') return { state, effects: [] };
  const next = {
    ...state,
    phase: /** @type {Phase} */ ('live'),
    isOnline: true,
    wasLive: true,
    hasRenewed: false,
    comeBackSeconds: null,
    heartbeatSeconds: input.frame.heartbeat_seconds,
    since: input.now,
    heardAt: input.now,
    probedAt: null,
  };
  return woken(next, silenceEnds(next));
}

/** @type {Handler} */
function hear(state, input) {
  const frame = input.type === 'frame' ? input.frame : null;
  const comeBackSeconds = frame?.type === 'closing' ? frame.retry_after_seconds : state.comeBackSeconds;
  return { state: { ...state, heardAt: input.now, probedAt: null, comeBackSeconds }, effects: [] };
}

/**
 * Look whether frames still come. A tick that is much too late means that the machine slept: then the silence says
 * nothing yet, and a probe finds out.
 *
 * @type {Handler}
 */
function watch(state, input) {
  const { now } = input;
  if (state.probedAt !== null && now - state.probedAt >= ANSWER_WITHIN_MS) return lose(state, input);
  if (state.probedAt !== null) return woken(state, state.wakeAt);
  if (now - state.wakeAt > ASLEEP_AFTER_MS) return probe(state, input);
  // A wall clock set back would postpone the silence by as much.
  const heard = { ...state, heardAt: Math.min(state.heardAt, now) };
  return now >= silenceEnds(heard) ? lose(heard, input) : woken(heard, silenceEnds(heard));
}

/** @type {Handler} */
function probe(state, { now }) {
  if (state.probedAt !== null) return { state, effects: [] };
  return woken({ ...state, probedAt: now }, now + ANSWER_WITHIN_MS, { type: 'ping' });
}

/** @type {Handler} */
function lose(state, input) {
  const advice = input.type === 'closed' ? adviceOf(input.code) : 'return';
  if (advice === 'renew') return renew(state, input);
  if (advice === 'refused') return end(state, 'refused');
  // What `closing` asked for holds once; if the server is not back by then, the usual waits follow.
  const comeBackSeconds = state.phase === 'live' ? state.comeBackSeconds : null;
  const wasWorthwhile = state.phase === 'live' && input.now - state.since >= WORTHWHILE_MS;
  const failures = wasWorthwhile || comeBackSeconds !== null ? 0 : state.failures + 1;
  // A socket that died with the machine's sleep or its network says nothing against the server: no need to wait.
  if (wasWorthwhile && state.probedAt !== null && comeBackSeconds === null) return open({ ...state, failures }, input);
  const seconds = comeBackSeconds ?? backoffSeconds(failures, input.random);
  return waiting({ ...state, failures, comeBackSeconds }, input.now, seconds);
}

/** @type {Handler} */
function renew(state, { now }) {
  if (state.hasRenewed) return end(state, 'signed_out');
  const next = { ...state, phase: /** @type {Phase} */ ('renewing'), hasRenewed: true, since: now };
  return { state: next, effects: [{ type: 'close' }, { type: 'renew' }] };
}

/** @type {Handler} */
function resume(state, input) {
  return input.type === 'renewed' && input.isSignedIn ? open(state, input) : end(state, 'signed_out');
}

/** @type {Handler} the session could not be renewed yet, so the one renewal is still to be had */
function postpone(state, input) {
  return lose({ ...state, hasRenewed: false }, input);
}

/**
 * The browser says that there is no network: say so at once. It may be wrong, so try again after a while all the same.
 *
 * @type {Handler}
 */
function unplug(state, { now }) {
  return waiting({ ...state, isOnline: false, comeBackSeconds: null }, now, LONGEST_WAIT_SECONDS);
}

/** @type {Handler} what is under way goes on, and its failure will be one of the server's */
function plugIn(state) {
  return { state: { ...state, isOnline: true }, effects: [] };
}

/** @type {Handler} */
function stop() {
  return { state: initialConnection(), effects: [{ type: 'close' }] };
}

/**
 * @param {Connection} state
 * @param {number} now
 * @param {number} seconds
 * @returns {Step}
 */
function waiting(state, now, seconds) {
  const next = { ...state, phase: /** @type {Phase} */ ('waiting'), since: now, probedAt: null };
  return woken(next, now + seconds * 1000, { type: 'close' });
}

/**
 * @param {Connection} state
 * @param {Ending} ending
 * @returns {Step}
 */
function end(state, ending) {
  return { state: { ...state, phase: 'ended', ending }, effects: [{ type: 'close' }] };
}

/**
 * @param {Connection} state
 * @param {number} at
 * @param {...Effect} first what to do before the timer is set
 * @returns {Step}
 */
function woken(state, at, ...first) {
  return { state: { ...state, wakeAt: at }, effects: [...first, { type: 'wake', at }] };
}

/**
 * @param {Connection} state
 * @returns {number}
 */
function silenceEnds(state) {
  return state.heardAt + SILENT_HEARTBEATS * state.heartbeatSeconds * 1000;
}
