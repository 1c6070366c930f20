/** The jobs store: snapshots, gaps, what ended while nobody looked, clocks, memory. */

import assert from 'node:assert/strict';
import test from 'node:test';

import { createPageMemory } from '../../web/live/memory.js';
import { JobsStore } from '../../web/live/store.js';
import { JOB, OTHER_JOB, job, snapshot } from './jobs.js';

/** @typedef {import('../../web/live/jobs.js').Change} Change */
/** @typedef {import('../../web/live/wire.js').JobEvent} JobEvent */

/** @param {readonly string[]} [remembered] */
function opened(remembered = []) {
  const clock = { now: 0 };
  const memory = createPageMemory(remembered);
  const store = new JobsStore({
    memory,
    now: () => clock.now,
    wallClock: () => Date.parse('2026-11-23T14:30:00.000Z'),
  });
  /** @type {Change[]} */
  const changes = [];
  store.onChange((change) => changes.push(change));
  return { store, memory, clock, changes };
}

/**
 * @param {string} position
 * @param {Partial<JobEvent>} [more]
 * @returns {JobEvent}
 */
function event(position, more = {}) {
  const plain = {
    type: 'job.progress',
    job_id: JOB,
    position,
    at: '2026-11-23T14:30:05.000Z',
    stage: 'writing',
    done: 1,
    total: 10,
  };
  return /** @type {JobEvent} */ ({ ...plain, ...more });
}

test('a snapshot is what the server says, and settles the store', () => {
  const { store } = opened();
  assert.equal(store.getSnapshot().isSettled, false);
  store.receive(snapshot([job()]));
  const { isSettled, active, jobs } = store.getSnapshot();
  assert.deepEqual([isSettled, active?.id, jobs.length], [true, JOB, 1]);
});

test('the snapshot given out is the same object until something changes', () => {
  const { store } = opened();
  store.receive(snapshot([job()]));
  const before = store.getSnapshot();
  store.receive({ type: 'elapsed', at: '2026-11-23T14:30:04.000Z', jobs: { [JOB]: 4 } });
  store.receive(event('1-2'));
  assert.equal(store.getSnapshot(), before);
  store.receive(event('1-4'));
  assert.notEqual(store.getSnapshot(), before);
  assert.equal(before.active?.position, '1-3');
});

test('subscribers hear of changes until they leave', () => {
  const { store } = opened();
  let times = 0;
  const leave = store.subscribe(() => (times += 1));
  store.receive(snapshot([job()], { complete: false }));
  assert.equal(times, 1);
  leave();
  store.receive(event('1-4'));
  assert.equal(times, 1);
});

test('a gap asks for one sync, not for one with every event', () => {
  const { store } = opened();
  store.receive(snapshot([job()]));
  assert.deepEqual(store.receive(event('1-7')), [JOB]);
  assert.deepEqual(store.receive(event('1-8')), []);
  store.receive(snapshot([job({ position: '1-8' })], { complete: false }));
  assert.deepEqual(store.receive(event('1-9')), []);
  assert.equal(store.getSnapshot().active?.position, '1-9');
  assert.deepEqual(store.receive(event('1-11')), [JOB]);
});

test('an event of an unknown job asks for it', () => {
  const { store } = opened();
  assert.deepEqual(store.receive(event('1-7')), [JOB]);
});

test('a new connection forgets the syncs that were asked for on the old one', () => {
  const { store } = opened();
  store.receive(snapshot([job()]));
  store.receive(event('1-7'));
  store.receive({
    type: 'welcome',
    session_id: 's',
    user_id: 'u',
    at: '2026-11-23T14:30:00.000Z',
    heartbeat_seconds: 15,
  });
  assert.deepEqual(store.receive(event('1-8')), [JOB]);
});

test('a snapshot that is older than what is held changes nothing', () => {
  const { store } = opened();
  store.receive(snapshot([job({ position: '1-9' })]));
  store.receive(snapshot([job({ position: '1-0' })]));
  assert.equal(store.getSnapshot().active?.position, '1-9');
});

test('an active job that a complete snapshot leaves out is no longer active', () => {
  const { store, memory } = opened();
  store.receive(snapshot([job()]));
  assert.deepEqual(memory.ids, [JOB]);
  store.receive(snapshot([job({ id: OTHER_JOB })], { complete: false }));
  assert.equal(store.getSnapshot().jobs.length, 2);
  store.receive(snapshot([]));
  assert.deepEqual([store.getSnapshot().jobs, store.getSnapshot().active, memory.ids], [[], null, []]);
});

test('the end of a job is told once, to those who watched it', () => {
  const { store, changes } = opened();
  store.receive(snapshot([job()]));
  store.receive(event('2-1', { type: 'job.cancelled' }));
  store.adopt(job({ status: 'cancelled', position: '2-1', completed_at: '2026-11-23T14:30:05.000Z' }));
  assert.deepEqual(
    changes.map(({ type, isAway }) => [type, isAway]),
    [['cancelled', false]],
  );
});

test('a job that ended while the browser was closed is told on return', () => {
  const { store, changes, memory } = opened([JOB]);
  assert.deepEqual(store.known(), [JOB]);
  store.receive(snapshot([job({ status: 'completed', position: '1-40', completed_at: '2026-11-23T14:30:09.000Z' })]));
  assert.deepEqual(
    changes.map(({ type, isAway }) => [type, isAway]),
    [['completed', true]],
  );
  assert.deepEqual(memory.ids, []);
});

test('a job that ended while the machine slept ended while nobody watched; after a blink somebody did', () => {
  for (const [endedAt, isAway] of /** @type {const} */ ([
    ['14:30:00', true],
    ['14:59:50', false],
  ])) {
    const { store, changes } = opened();
    store.receive(snapshot([job()]));
    const view = job({ status: 'completed', position: '1-40', completed_at: `2026-11-23T${endedAt}.000Z` });
    store.receive(snapshot([view], { at: '2026-11-23T15:00:00.000Z' }));
    assert.equal(changes[0]?.isAway, isAway);
  }
});

test('HTTP judges what was missed as a snapshot does, by the clock of the server', () => {
  for (const [endedAt, isAway] of /** @type {const} */ ([
    ['14:30:00', true],
    ['14:59:50', false],
  ])) {
    const { store, changes } = opened();
    store.receive(snapshot([job()], { at: '2026-11-23T15:00:00.000Z' }));
    store.adopt(job({ status: 'completed', position: '1-40', completed_at: `2026-11-23T${endedAt}.000Z` }));
    assert.equal(changes[0]?.isAway, isAway);
  }
});

test('old jobs from a list are not news', () => {
  const { store, changes } = opened();
  store.adopt(job({ status: 'failed', position: '1-9', completed_at: '2026-11-23T14:30:05.000Z' }));
  assert.deepEqual(changes, []);
  assert.equal(store.getSnapshot().jobs.length, 1);
});

test('an end that is told again is no change; an active job may have moved at its position', () => {
  const { store } = opened();
  const ended = job({ status: 'failed', position: '1-9' });
  assert.equal(store.adopt(ended), true);
  const before = store.getSnapshot();
  assert.equal(store.adopt(structuredClone(ended)), false);
  assert.equal(store.adopt(job({ position: '1-8' })), false);
  assert.equal(store.getSnapshot(), before);
  const retryAt = '2026-11-23T14:30:20.000Z';
  store.adopt(job({ id: OTHER_JOB, position: '1-0' }));
  store.adopt(job({ id: OTHER_JOB, position: '1-0', status: 'queued', retry_at: retryAt }));
  assert.equal(store.getSnapshot().active?.retry_at, retryAt);
});

test('a job that the server does not know is forgotten', () => {
  const { store, memory } = opened([JOB]);
  store.forget(JOB);
  assert.deepEqual([store.known(), memory.ids], [[], []]);
});

test('at most fifty jobs are held, and never an active one is dropped', () => {
  const { store } = opened();
  store.receive(snapshot([job({ created_at: '2026-01-01T00:00:00.000Z' })]));
  for (let n = 0; n < 80; n += 1) {
    const created_at = new Date(Date.UTC(2026, 5, 1, 0, n)).toISOString();
    store.adopt(job({ id: `ended-${n}`, status: 'completed', created_at }));
  }
  const { jobs, active } = store.getSnapshot();
  assert.deepEqual([jobs.length, jobs[0]?.id, active?.id], [50, 'ended-79', JOB]);
});

test('the server says how long it took, the local clock fills in, nothing jumps back for a small drift', () => {
  const { store, clock } = opened();
  store.receive(snapshot([job({ elapsed_seconds: 10 })]));
  const view = /** @type {import('../../web/live/wire.js').JobView} */ (store.getSnapshot().active);
  const elapsed = (/** @type {number} */ seconds) =>
    store.receive({ type: 'elapsed', at: '2026-11-23T14:30:00.000Z', jobs: { [JOB]: seconds } });
  clock.now = 1_900;
  assert.equal(store.elapsedSeconds(view), 11.9);
  elapsed(11);
  assert.equal(store.elapsedSeconds(view), 11.9);
  elapsed(15);
  assert.equal(store.elapsedSeconds(view), 15);
  elapsed(12);
  assert.equal(store.elapsedSeconds(view), 12);
  assert.equal(store.elapsedSeconds(job({ status: 'completed', elapsed_seconds: 42 })), 42);
});

test('clearing leaves nothing for the next user', () => {
  const { store, memory } = opened();
  store.receive(snapshot([job()]));
  store.setLine({ status: 'signed_out', retryAt: null });
  const stop = store.subscribe(() => assert.notEqual(store.getSnapshot().status, 'signed_out'));
  store.clear();
  stop();
  assert.deepEqual([store.getSnapshot().jobs, store.getSnapshot().isSettled, memory.ids], [[], false, []]);
});

test('another tab gets all that is known, as the server would say it now', () => {
  const { store, clock } = opened();
  store.receive(snapshot([job({ elapsed_seconds: 10 }), job({ id: OTHER_JOB, status: 'failed', elapsed_seconds: 4 })]));
  clock.now = 2_000;
  const { store: other, changes } = opened([JOB, OTHER_JOB]);
  other.receive(store.toFrame());
  const [failed, running] = [OTHER_JOB, JOB].map((id) => other.getSnapshot().jobs.find((each) => each.id === id));
  assert.deepEqual([running?.elapsed_seconds, failed?.elapsed_seconds], [12, 4]);
  assert.deepEqual([other.getSnapshot().isSettled, changes.map((change) => change.job.id)], [true, [OTHER_JOB]]);
});

test('a tab that has heard nothing yet says that it does not know all', () => {
  const { store } = opened([JOB]);
  const { complete, jobs } = store.toFrame();
  assert.deepEqual([complete, jobs], [false, []]);
});
