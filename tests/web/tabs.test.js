/** Tabs: one leads, the next takes over, a tab in sight does not wait for a leader that is gone. Locks and channels are
 * real; pages are event targets, and the look every second is the test's. */

import assert from 'node:assert/strict';
import test, { mock } from 'node:test';

import { Tabs } from '../../web/live/tabs.js';
import { BarePage, settle, until } from './pages.js';

/** @typedef {import('../../web/live/tabs.js').Platform} Platform */

const LOOK_MS = 1_000;

let named = 0;

test.beforeEach(() => mock.timers.enable({ apis: ['setInterval'] }));
test.afterEach(() => mock.timers.reset());

/** A page with one tab; `calls` tells what its Tabs asked of it. */
class Page extends BarePage {
  /** @type {string[]} */
  calls = [];
  /** @type {{type: string}[]} */
  heard = [];
  isWell = true;

  /** @param {Partial<Platform>} [platform] */
  constructor(platform = {}) {
    super();
    const options = {
      onLead: () => this.calls.push('lead'),
      onYield: () => this.calls.push('yield'),
      onSight: () => this.calls.push('sight'),
      onMessage: (/** @type {{type: string}} */ message) => this.heard.push(message),
      isWell: () => this.isWell,
    };
    const { locks, BroadcastChannel, window, document } = this;
    this.tabs = new Tabs(options, { locks, BroadcastChannel, window, document, ...platform });
  }
}

/**
 * Open pages of one browser; they are left when the test ends.
 *
 * @param {import('node:test').TestContext} context
 * @param {number} count
 */
async function opened(context, count) {
  const name = `tabs ${(named += 1)}`;
  const pages = Array.from({ length: count }, () => new Page());
  for (const page of pages) {
    page.tabs.join(name);
    context.after(() => page.tabs.leave());
    await until(() => pages.some((each) => each.tabs.isLeading));
  }
  return { name, pages: /** @type {[Page, Page, Page]} */ (/** @type {unknown} */ (pages)) };
}

async function look() {
  mock.timers.tick(LOOK_MS);
  await settle();
}

/** @param {readonly Page[]} pages */
const leading = (pages) => pages.map((page) => page.tabs.isLeading);

test('the first tab leads, and one only', async (context) => {
  const { pages } = await opened(context, 3);
  await settle();
  assert.deepEqual(leading(pages), [true, false, false]);
  assert.deepEqual(pages[0].calls, ['yield', 'lead']);
  assert.deepEqual(pages[1].calls, ['yield']);
});

test('when the leader leaves, the next in line leads', async (context) => {
  const { pages } = await opened(context, 3);
  pages[0].tabs.leave();
  await until(() => pages[1].tabs.isLeading);
  assert.deepEqual(leading(pages), [false, true, false]);
  assert.deepEqual(pages[0].calls, ['yield', 'lead', 'yield']);
});

test('a message reaches every other tab', async (context) => {
  const { pages } = await opened(context, 3);
  pages[1].tabs.tell({ type: 'news' });
  await until(() => pages[0].heard.length + pages[2].heard.length === 2);
  assert.deepEqual([pages[0].heard, pages[1].heard], [[{ type: 'news' }], []]);
});

test('a leader that answers keeps the lead', async (context) => {
  const { pages } = await opened(context, 2);
  for (let looks = 0; looks < 5; looks += 1) await look();
  assert.deepEqual(leading(pages), [true, false]);
});

test('a tab in sight takes the lock from a leader that does not answer, at the second look', async (context) => {
  const { pages } = await opened(context, 2);
  pages[0].isWell = false;
  await look();
  assert.deepEqual(leading(pages), [true, false]);
  await look();
  assert.deepEqual(leading(pages), [false, true]);
  assert.deepEqual(pages[0].calls, ['yield', 'lead', 'yield']);
});

test('a leader that is well is not relieved by a tab that comes into sight just before its next look', async (context) => {
  const { pages } = await opened(context, 2);
  pages[1].show('hidden');
  mock.timers.tick(LOOK_MS - 1);
  pages[1].show('visible');
  mock.timers.tick(1);
  await settle();
  assert.deepEqual(leading(pages), [true, false]);
});

test('who leaves while locks are being refused does not lead', async () => {
  const page = new Page({ locks: { request: () => Promise.reject(new DOMException('no', 'SecurityError')) } });
  page.tabs.join('refused');
  page.tabs.leave();
  await settle();
  assert.equal(page.tabs.isLeading, false);
});

test('without locks tabs tell each other all the same', async (context) => {
  const pages = /** @type {[Page, Page]} */ ([new Page({ locks: undefined }), new Page({ locks: undefined })]);
  pages.forEach((page) => page.tabs.join('lockless'));
  context.after(() => pages.forEach((page) => page.tabs.leave()));
  pages[0].tabs.tell({ type: 'news' });
  await until(() => pages[1].heard.length === 1);
});

test('the one who lost the lock waits for it like the others', async (context) => {
  const { pages } = await opened(context, 2);
  pages[0].isWell = false;
  await look();
  await look();
  pages[1].tabs.leave();
  await until(() => pages[0].tabs.isLeading);
  assert.deepEqual(leading(pages), [true, false]);
});

test('a hidden tab leaves a silent leader alone, until it is looked at', async (context) => {
  const { pages } = await opened(context, 2);
  pages[0].isWell = false;
  pages[1].show('hidden');
  for (let looks = 0; looks < 3; looks += 1) await look();
  assert.deepEqual(leading(pages), [true, false]);
  pages[1].show('visible');
  assert.equal(pages[1].calls.at(-1), 'sight');
  await look();
  assert.deepEqual(leading(pages), [false, true]);
});

for (const [out, back] of /** @type {const} */ ([
  ['pagehide', 'pageshow'],
  ['freeze', 'resume'],
])) {
  test(`a page lets go on ${out} and is among the others again on ${back}`, async (context) => {
    const { pages } = await opened(context, 2);
    const target = out === 'pagehide' ? pages[0].window : pages[0].document;
    target.dispatchEvent(new Event(out));
    await until(() => pages[1].tabs.isLeading);
    pages[1].tabs.tell({ type: 'unheard' });
    await settle();
    target.dispatchEvent(new Event(back));
    pages[1].tabs.tell({ type: 'news' });
    await until(() => pages[0].heard.length > 0);
    assert.deepEqual([leading(pages), pages[0].heard], [[false, true], [{ type: 'news' }]]);
  });
}

test('to join again changes nothing; another name is another group', async (context) => {
  const { pages, name } = await opened(context, 2);
  pages[0].tabs.join(name);
  await settle();
  assert.deepEqual(leading(pages), [true, false]);
  pages[0].tabs.join(`${name} of somebody else`);
  await until(() => pages[0].tabs.isLeading && pages[1].tabs.isLeading);
});

test('where locks or channels are missing, every tab leads itself', (context) => {
  for (const missing of [{ locks: undefined }, { BroadcastChannel: undefined }]) {
    const pages = [new Page(missing), new Page(missing)];
    pages.forEach((page) => page.tabs.join('alone'));
    context.after(() => pages.forEach((page) => page.tabs.leave()));
    assert.deepEqual(leading(pages), [true, true]);
    pages.forEach((page) => page.tabs.leave());
    assert.deepEqual(pages.map((page) => page.calls), [['lead', 'yield'], ['lead', 'yield']]);
  }
});

test('where locks are forbidden, a tab leads itself', async (context) => {
  const request = () => Promise.reject(new DOMException('no storage here', 'SecurityError'));
  const page = new Page({ locks: { request } });
  page.tabs.join('forbidden');
  context.after(() => page.tabs.leave());
  await until(() => page.tabs.isLeading);
});
