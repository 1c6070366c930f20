/** When the browser connects, waits, probes and gives up: the state machine with a clock of our own and no socket. */

import assert from 'node:assert/strict';
import test from 'node:test';

import { initialConnection, retryAt, statusOf, step } from '../../web/live/connection.js';

/** @typedef {import('../../web/live/connection.js').Happening} Happening */
/** @typedef {import('../../web/live/connection.js').Effect} Effect */

const AT = '2026-11-23T14:30:00.000Z';
const WELCOME = /** @type {const} */ ({
  type: 'welcome',
  session_id: 's',
  user_id: 'u',
  at: AT,
  heartbeat_seconds: 15,
});
const HEARTBEAT = /** @type {const} */ ({ type: 'heartbeat', at: AT });

/** A browser whose clock moves when told; `random` is the chance it always draws. */
class Browser {
  connection = initialConnection();
  now = 1_000_000;
  /** @type {string[]} what the last input made it do, without the timer */
  did = [];
  wakeAt = 0;

  /** @param {number} [random] */
  constructor(random = 0.5) {
    this.random = random;
  }

  /** @param {Happening} happening */
  hears(happening) {
    const { state, effects } = step(this.connection, { ...happening, now: this.now, random: this.random });
    this.connection = state;
    this.did = effects.map((effect) => effect.type).filter((type) => type !== 'wake');
    for (const effect of effects) if (effect.type === 'wake') this.wakeAt = effect.at;
    return this;
  }

  /** @param {Happening['type']} type */
  notices(type) {
    return this.hears(/** @type {Happening} */ ({ type }));
  }

  /** @param {number} seconds */
  after(seconds) {
    this.now += seconds * 1000;
    return this;
  }

  /** Let the timer ring when it was asked to. */
  ticks() {
    this.now = this.wakeAt;
    return this.notices('tick');
  }

  goesLive() {
    this.notices('start').notices('opened');
    return this.hears({ type: 'frame', frame: WELCOME });
  }

  get status() {
    return statusOf(this.connection);
  }

  get waitsSeconds() {
    return (this.wakeAt - this.now) / 1000;
  }
}

test('it opens, greets, and is live when welcomed', () => {
  const browser = new Browser().notices('start');
  assert.deepEqual([browser.did, browser.status], [['open'], 'connecting']);
  assert.deepEqual(browser.notices('opened').did, ['greet']);
  assert.equal(browser.hears({ type: 'frame', frame: WELCOME }).status, 'live');
});

test('a socket that does not open, or is not welcomed, is given up after six seconds', () => {
  for (const isOpened of [false, true]) {
    const browser = new Browser().notices('start');
    if (isOpened) browser.notices('opened');
    assert.equal(browser.waitsSeconds, 6);
    assert.deepEqual(browser.ticks().did, ['close']);
    assert.equal(browser.status, 'reconnecting');
    assert.deepEqual(browser.ticks().did, ['open']);
  }
});

test('silence for twice the heartbeat means that the connection is dead', () => {
  const browser = new Browser().goesLive();
  assert.equal(browser.waitsSeconds, 30);
  assert.deepEqual(browser.ticks().did, ['close']);
  assert.equal(browser.status, 'reconnecting');
});

test('any frame is a sign of life, even one of an unknown type', () => {
  for (const frame of [HEARTBEAT, null]) {
    const browser = new Browser().goesLive().after(20).hears({ type: 'frame', frame });
    assert.deepEqual(browser.ticks().did, []);
    assert.equal(browser.waitsSeconds, 20);
    assert.equal(browser.status, 'live');
  }
});

test('a clock that is set back does not postpone the silence', () => {
  const browser = new Browser().goesLive().after(-3600).notices('tick');
  assert.ok(browser.waitsSeconds <= 30);
});

test('it backs off exponentially, with full jitter, between half a second and half a minute', () => {
  for (const random of [0, 0.5, 0.999]) {
    const browser = new Browser(random).notices('start');
    for (let failures = 1; failures <= 9; failures += 1) {
      browser.hears({ type: 'closed', code: 1006 });
      const ceiling = Math.min(30, 2 ** failures);
      assert.ok(Math.abs(browser.waitsSeconds - (0.5 + random * (ceiling - 0.5))) < 0.001, `${failures} failures`);
      browser.ticks();
    }
  }
});

test('a connection that was worth having starts the backoff anew', () => {
  const browser = new Browser(1).goesLive().after(60).hears({ type: 'closed', code: 1006 });
  assert.ok(browser.waitsSeconds <= 1);
});

test('a server that welcomes and drops is not asked twice a second', () => {
  const browser = new Browser(1);
  browser.notices('start');
  for (let times = 1; times <= 6; times += 1) {
    browser
      .notices('opened')
      .hears({ type: 'frame', frame: WELCOME })
      .after(1)
      .hears({ type: 'closed', code: 1011 })
      .ticks();
  }
  assert.ok(browser.hears({ type: 'closed', code: 1011 }).waitsSeconds >= 30);
});

test('the range of a close code says whether to come back', () => {
  const returning = [1000, 1001, 1006, 1011, 1012, 1013, 4500, 4508, 4529, 4999];
  const refused = [1002, 1003, 1007, 1008, 1009, 4400, 4403, 4499];
  for (const code of returning)
    assert.equal(new Browser().goesLive().hears({ type: 'closed', code }).status, 'reconnecting', `${code}`);
  for (const code of refused)
    assert.equal(new Browser().goesLive().hears({ type: 'closed', code }).status, 'refused', `${code}`);
});

test('closing says when to come back, once', () => {
  const browser = new Browser(1).goesLive().after(60);
  browser.hears({ type: 'frame', frame: { type: 'closing', code: 1012, retry_after_seconds: 7.25 } });
  browser.hears({ type: 'closed', code: 1012 });
  assert.deepEqual([browser.status, browser.waitsSeconds], ['restarting', 7.25]);
  browser.ticks();
  assert.deepEqual([browser.did, browser.status], [['open'], 'restarting']);
  browser.hears({ type: 'closed', code: 1006 });
  assert.deepEqual([browser.status, browser.waitsSeconds], ['reconnecting', 2]);
});

test('a rejected token is renewed once, then the reader has to sign in', () => {
  const browser = new Browser().goesLive().hears({ type: 'closed', code: 4401 });
  assert.deepEqual(browser.did, ['close', 'renew']);
  assert.deepEqual(browser.hears({ type: 'renewed', isSignedIn: true }).did, ['open']);
  browser.notices('opened').hears({ type: 'closed', code: 4401 });
  assert.deepEqual([browser.did, browser.status], [['close'], 'signed_out']);
});

test('a welcome makes a later renewal possible again', () => {
  const browser = new Browser()
    .goesLive()
    .hears({ type: 'closed', code: 4401 })
    .hears({ type: 'renewed', isSignedIn: true });
  browser.notices('opened').hears({ type: 'frame', frame: WELCOME }).hears({ type: 'closed', code: 4401 });
  assert.deepEqual(browser.did, ['close', 'renew']);
});

test('a renewal that could not be asked for is no answer', () => {
  const browser = new Browser().goesLive().hears({ type: 'closed', code: 4401 }).hears({ type: 'closed', code: 1006 });
  assert.equal(browser.status, 'reconnecting');
  browser.ticks().notices('opened').hears({ type: 'closed', code: 4401 });
  assert.deepEqual(browser.did, ['close', 'renew']);
});

test('nobody to renew for: signed out', () => {
  const browser = new Browser()
    .goesLive()
    .hears({ type: 'closed', code: 4401 })
    .hears({ type: 'renewed', isSignedIn: false });
  assert.equal(browser.status, 'signed_out');
  assert.deepEqual(browser.notices('start').did, ['open']);
});

test('what HTTP finds out in the place of a socket that cannot be had, ends it', () => {
  const opening = new Browser().notices('start');
  const greeting = new Browser().notices('start').notices('opened');
  const waiting = new Browser().notices('start').hears({ type: 'closed', code: 1006 });
  for (const browser of [opening, greeting, waiting]) {
    browser.hears({ type: 'renewed', isSignedIn: false });
    assert.deepEqual([browser.did, browser.status], [['close'], 'signed_out']);
  }
});

test('a page that is looked at again probes, and stays when it is answered', () => {
  const browser = new Browser().goesLive().after(20).notices('woke');
  assert.deepEqual([browser.did, browser.waitsSeconds], [['ping'], 2]);
  browser.after(0.1).hears({ type: 'frame', frame: { type: 'pong', at: AT } });
  assert.deepEqual(browser.ticks().did, []);
  assert.equal(browser.status, 'live');
});

test('a probe without an answer ends the connection after two seconds, and the next is opened at once', () => {
  const browser = new Browser().goesLive().after(20).notices('online');
  assert.deepEqual([browser.ticks().did, browser.status], [['open'], 'reconnecting']);
  assert.equal(browser.connection.failures, 0);
});

test('a connection that is found dead on waking is replaced at once, too', () => {
  const browser = new Browser().goesLive().after(3_600).notices('woke').hears({ type: 'closed', code: 1006 });
  assert.deepEqual(browser.did, ['open']);
});

test('at once is once: what replaces a dead connection and fails is waited for', () => {
  const browser = new Browser().goesLive().after(20).notices('woke').ticks();
  assert.deepEqual(browser.ticks().did, ['close']);
  browser.ticks().notices('opened').hears({ type: 'frame', frame: WELCOME }).notices('woke');
  assert.deepEqual(browser.ticks().did, ['close']);
  assert.equal(browser.connection.failures, 2);
});

test('a server that has said when to come back is not asked sooner', () => {
  const browser = new Browser().goesLive().after(20);
  browser.hears({ type: 'frame', frame: { type: 'closing', code: 1012, retry_after_seconds: 7 } }).notices('woke');
  assert.deepEqual([browser.ticks().did, browser.waitsSeconds], [['close'], 7]);
});

test('a second reason to probe does not give a dead socket more time', () => {
  const browser = new Browser().goesLive().notices('online').after(1).notices('woke');
  assert.deepEqual([browser.did, browser.waitsSeconds], [[], 1]);
});

test('a timer that rings much too late means sleep: it probes before it judges the silence', () => {
  const browser = new Browser().goesLive();
  browser.now = browser.wakeAt + 3_600_000;
  assert.deepEqual(browser.notices('tick').did, ['ping']);
  assert.deepEqual(browser.ticks().did, ['open']);
});

test('offline is said at once, and online connects at once', () => {
  const browser = new Browser().goesLive().notices('offline');
  assert.deepEqual([browser.did, browser.status], [['close'], 'offline']);
  assert.deepEqual(browser.notices('online').did, ['open']);
  assert.equal(browser.status, 'reconnecting');
});

test('a browser that is wrong about being offline is found out', () => {
  const browser = new Browser().goesLive().notices('offline').ticks();
  assert.deepEqual([browser.did, browser.status], [['open'], 'offline']);
  assert.equal(browser.notices('opened').hears({ type: 'frame', frame: WELCOME }).status, 'live');
});

test('a network that comes back during an attempt is not forgotten when the attempt fails', () => {
  for (const isOpened of [false, true]) {
    const browser = new Browser().goesLive().notices('offline').ticks();
    if (isOpened) browser.notices('opened');
    assert.deepEqual([browser.notices('online').did, browser.status], [[], 'reconnecting']);
    assert.equal(browser.ticks().status, 'reconnecting');
  }
});

test('waiting ends early when the page is looked at or the network returns', () => {
  for (const type of /** @type {const} */ (['woke', 'online'])) {
    const browser = new Browser().goesLive().hears({ type: 'closed', code: 1006 });
    assert.deepEqual(browser.notices(type).did, ['open']);
  }
});

test('stop closes from everywhere, and what comes late changes nothing', () => {
  const browser = new Browser().goesLive().notices('stop');
  assert.deepEqual([browser.did, browser.status], [['close'], 'idle']);
  for (const type of /** @type {const} */ (['opened', 'tick', 'woke', 'online'])) {
    assert.deepEqual(browser.notices(type).did, [], type);
  }
  assert.deepEqual(browser.hears({ type: 'closed', code: 1006 }).did, []);
});

test('it tells when it tries again, only while it waits for the time and not for a network', () => {
  const browser = new Browser();
  assert.equal(retryAt(browser.goesLive().connection), null);
  browser.hears({ type: 'closed', code: 1006 });
  assert.equal(retryAt(browser.connection), browser.wakeAt);
  assert.ok(browser.wakeAt > browser.now);
  assert.equal(retryAt(browser.ticks().connection), null);
  assert.equal(retryAt(browser.notices('offline').connection), null);
});
