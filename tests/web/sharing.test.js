/** What tabs that share a line tell each other. Locks, channels, tabs and stores are real; the line is the test's. */

import assert from 'node:assert/strict';
import test, { mock } from 'node:test';

import { createPageMemory } from '../../web/live/memory.js';
import { Sharing } from '../../web/live/sharing.js';
import { JobsStore } from '../../web/live/store.js';
import { Tabs } from '../../web/live/tabs.js';
import { AT, JOB, OTHER_JOB, job, snapshot } from './jobs.js';
import { BarePage, settle, until } from './pages.js';

/** @typedef {import('../../web/live/line.js').News} News */

const OWNER = '0199aa00-0000-7000-8000-0000000000bb';
const LIVE = /** @type {const} */ ({ type: 'status', status: 'live', retryAt: null });

let named = 0;

test.beforeEach(() => mock.timers.enable({ apis: ['setInterval'] }));
test.afterEach(() => mock.timers.reset());

/** A line that says what the test says, and remembers what it was asked to do. */
class QuietLine {
  /** @type {string[]} */
  calls = [];
  /** @type {News & {type: 'status'}} */
  status = { type: 'status', status: 'idle', retryAt: null };

  /** @param {(news: News) => void} onNews */
  constructor(onNews) {
    /** @param {News} news */
    this.say = (news) => {
      if (news.type === 'status') this.status = news;
      onNews(news);
    };
  }

  start = () => void this.calls.push('start');
  stop = () => void this.calls.push('stop');
  wake = () => void this.calls.push('wake');
  tick = () => void this.calls.push('tick');
  sync = (/** @type {string} */ jobId) => void this.calls.push(`sync ${jobId}`);
}

/** A tab of the page. */
class Tab extends BarePage {
  store = new JobsStore({ memory: createPageMemory(), now: () => 0, wallClock: () => 0 });
  /** @type {QuietLine} */
  line = /** @type {never} */ (null);
  /** @type {Tabs<import('../../web/live/sharing.js').Message>} */
  tabs = /** @type {never} */ (null);
  sharing = new Sharing({
    store: this.store,
    createLine: (onNews) => (this.line = new QuietLine(onNews)),
    createTabs: (options) => (this.tabs = new Tabs(options, this)),
    isInSight: () => this.document.visibilityState === 'visible',
  });

  get jobs() {
    return this.store.getSnapshot().jobs.map(({ id, status, position }) => [id, status, position].join(' '));
  }

  get status() {
    return this.store.getSnapshot().status;
  }
}

/**
 * Open tabs of one user; the first leads, and its line is live. They are left when the test ends.
 *
 * @param {import('node:test').TestContext} context
 */
async function opened(context) {
  const name = `sharing ${(named += 1)}`;
  const tabs = [new Tab(), new Tab(), new Tab()];
  for (const tab of tabs) {
    tab.sharing.join(OWNER, name);
    context.after(() => tab.sharing.leave());
    await until(() => tabs.some((each) => each.tabs.isLeading));
  }
  const [leader, follower, third] = /** @type {[Tab, Tab, Tab]} */ (/** @type {unknown} */ (tabs));
  leader.line.say(LIVE);
  leader.line.say({ type: 'frame', frame: snapshot([]) });
  await settle();
  return { name, tabs, leader, follower, third };
}

/** @param {readonly Tab[]} tabs */
const shown = (tabs) => tabs.map((tab) => tab.jobs);

test('every tab shows what comes over the line of the one that leads', async (context) => {
  const { tabs, leader } = await opened(context);
  assert.deepEqual(
    tabs.map((tab) => tab.line.calls.includes('start')),
    [true, false, false],
  );
  leader.line.say({ type: 'frame', frame: snapshot([job()]) });
  leader.line.say({ type: 'view', view: job({ position: '1-4' }) });
  await settle();
  assert.deepEqual(shown(tabs), Array(3).fill([`${JOB} processing 1-4`]));
  leader.line.say({ type: 'missing', jobId: JOB });
  leader.line.say({ type: 'status', status: 'reconnecting', retryAt: 7 });
  await settle();
  assert.deepEqual(shown(tabs), [[], [], []]);
  assert.deepEqual(
    tabs.map((tab) => tab.store.getSnapshot().retryAt),
    [7, 7, 7],
  );
});

test('what a tab that follows hears on a line of its own is its own affair', async (context) => {
  const { tabs, leader, follower } = await opened(context);
  follower.line.say({ type: 'status', status: 'reconnecting', retryAt: null });
  follower.line.say({ type: 'frame', frame: snapshot([job()]) });
  await settle();
  assert.deepEqual(shown(tabs), [[], [`${JOB} processing 1-3`], []]);
  assert.equal(leader.status, 'live');
});

test('what a command of any tab brought is known to all, also to the leader', async (context) => {
  const { tabs, leader, follower, third } = await opened(context);
  follower.sharing.adopt(job({ status: 'queued', position: '0-1' }));
  await settle();
  assert.deepEqual(shown(tabs), Array(3).fill([`${JOB} queued 0-1`]));
  assert.deepEqual(leader.store.known(), [JOB]);
  leader.sharing.adopt(job({ position: '1-5' }));
  await settle();
  assert.deepEqual(third.jobs, [`${JOB} processing 1-5`]);
});

test('what a tab reads again is not told to the others again', async (context) => {
  const { name, follower, third } = await opened(context);
  const channel = new BroadcastChannel(name);
  context.after(() => channel.close());
  let told = 0;
  channel.onmessage = () => (told += 1);
  const ended = job({ status: 'failed', position: '1-9' });
  for (let times = 0; times < 3; times += 1) follower.sharing.adopt(structuredClone(ended));
  await settle();
  assert.deepEqual([told, third.jobs], [1, [`${JOB} failed 1-9`]]);
});

test('a leader hears frames from the server alone', async (context) => {
  const { leader, follower } = await opened(context);
  follower.tabs.tell({ type: 'frame', frame: snapshot([job()]) });
  follower.tabs.tell({ type: 'status', status: 'offline', retryAt: null });
  await settle();
  assert.deepEqual([leader.jobs, leader.status], [[], 'live']);
});

test('a gap is asked about by the leader, over its line; a tab that follows asks the leader', async (context) => {
  const { leader, follower } = await opened(context);
  const gap = /** @type {const} */ ({ type: 'job.cancelled', job_id: OTHER_JOB, position: '2-4', at: AT });
  leader.line.say({ type: 'frame', frame: gap });
  await settle();
  assert.deepEqual(
    leader.line.calls.filter((call) => call.startsWith('sync')),
    [`sync ${OTHER_JOB}`],
  );
  assert.deepEqual(
    follower.line.calls.filter((call) => call.startsWith('sync')),
    [],
  );
});

test('a tab that joins, or comes into sight, is told everything, and the line is looked after', async (context) => {
  const { name, leader, third } = await opened(context);
  leader.line.say({ type: 'frame', frame: snapshot([job()]) });
  await settle();
  const fourth = new Tab();
  context.after(() => fourth.sharing.leave());
  fourth.sharing.join(OWNER, name);
  await settle();
  assert.deepEqual([fourth.jobs, fourth.status], [[`${JOB} processing 1-3`], 'live']);
  third.store.clear();
  leader.line.calls.length = 0;
  third.show('hidden');
  await settle();
  assert.deepEqual([third.jobs, leader.line.calls], [[], []]);
  third.show('visible');
  await settle();
  assert.deepEqual([third.jobs, third.status], [[`${JOB} processing 1-3`], 'live']);
  assert.ok(leader.line.calls.includes('wake'));
});

test('when the leader leaves, another takes the line over and the rest ask it', async (context) => {
  const { leader, follower, third } = await opened(context);
  leader.sharing.leave();
  await until(() => follower.tabs.isLeading);
  assert.deepEqual([leader.line.calls.at(-1), follower.line.calls.at(-1)], ['stop', 'start']);
  follower.line.say({ type: 'frame', frame: snapshot([job()]) });
  await settle();
  assert.deepEqual([leader.jobs, third.jobs], [[], [`${JOB} processing 1-3`]]);
});

test('a leader out of sight is relied on unless its line is lost, one in sight always', async (context) => {
  const { leader } = await opened(context);
  const look = async () => {
    mock.timers.tick(1_000);
    await settle();
  };
  leader.show('hidden');
  await look();
  assert.ok(leader.line.calls.includes('tick'));
  leader.show('visible');
  leader.line.say({ type: 'status', status: 'reconnecting', retryAt: null });
  for (let looks = 0; looks < 3; looks += 1) await look();
  assert.ok(leader.tabs.isLeading);
  leader.show('hidden');
  leader.line.say(LIVE);
  for (let looks = 0; looks < 3; looks += 1) await look();
  assert.ok(leader.tabs.isLeading);
  leader.line.say({ type: 'status', status: 'reconnecting', retryAt: null });
  for (let looks = 0; looks < 3; looks += 1) await look();
  assert.ok(!leader.tabs.isLeading);
});

test('signing out in one tab is known in all', async (context) => {
  const { leader, follower, third } = await opened(context);
  follower.sharing.sayGoodbye();
  await settle();
  assert.deepEqual([leader.status, third.status], ['left', 'left']);
});

test('a welcome for somebody else signs the page out, in every tab', async (context) => {
  const { tabs, leader } = await opened(context);
  const welcome = { type: 'welcome', session_id: 's', user_id: 'somebody else', at: AT, heartbeat_seconds: 15, expires_at: AT };
  leader.line.say({ type: 'frame', frame: /** @type {import('../../web/live/wire.js').ServerFrame} */ (welcome) });
  await settle();
  assert.deepEqual(
    tabs.map((tab) => tab.status),
    ['signed_out', 'signed_out', 'signed_out'],
  );
});
