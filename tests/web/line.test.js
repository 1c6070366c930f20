/** The line to the server: where it leads, who it says it is, when HTTP takes the socket's place. The browser is the
 * test's. */

import assert from 'node:assert/strict';
import test, { mock } from 'node:test';

import { Problem } from '../../web/live/http.js';
import { Line } from '../../web/live/line.js';
import { sockets } from './browser.js';
import { JOB, job } from './jobs.js';
import { settle } from './pages.js';

test.beforeEach(() => mock.timers.enable({ apis: ['setTimeout', 'Date'] }));
test.afterEach(() => mock.reset());

/**
 * Start a line; it is stopped when the test ends.
 *
 * @param {import('node:test').TestContext} context
 * @param {Partial<import('../../web/live/line.js').LineOptions>} [options]
 */
function started(context, options) {
  const line = new Line({
    url: '',
    request: async () => ({ status: 200, body: { jobs: [] } }),
    token: () => null,
    known: () => [JOB],
    renewSession: async () => false,
    onNews: () => {},
    ...options,
  });
  context.after(() => line.stop());
  line.start();
  return line;
}

/** @param {number} seconds */
async function after(seconds) {
  mock.timers.tick(seconds * 1000);
  await settle();
}

/** Let every socket fail until HTTP takes its place. */
async function blockSockets() {
  for (let failures = 0; failures < 2; failures += 1) {
    newest().onclose({ code: 1006 });
    await after(30);
  }
}

const newest = () => /** @type {typeof sockets[0]} */ (sockets.at(-1));

test('the socket is where the requests go, below the same path', (context) => {
  for (const [url, expected] of /** @type {const} */ ([
    ['', 'wss://here.example/ws'],
    ['https://there.example', 'wss://there.example/ws'],
    ['https://there.example/base', 'wss://there.example/base/ws'],
    ['http://localhost:8000', 'ws://localhost:8000/ws'],
    ['/base', 'wss://here.example/base/ws'],
  ])) {
    started(context, { url });
    assert.equal(newest().url, expected);
  }
});

test('the first frame carries the token there is by then', (context) => {
  let token = 'early';
  started(context, { token: () => token });
  token = 'late';
  newest().opens();
  assert.deepEqual(newest().sent, [`{"type":"connect","token":"late","known":["${JOB}"]}`]);
});

test('HTTP takes the place of a socket that cannot be had', async (context) => {
  /** @type {unknown[]} */
  const news = [];
  const line = started(context, {
    request: async (_, path) => ({ status: 200, body: path.endsWith(JOB) ? job() : { jobs: [] } }),
    onNews: ({ type }) => news.push(type),
  });
  await blockSockets();
  assert.ok(news.includes('view'));
  assert.equal(line.status.status, 'polling');
});

test('behind a proxy that swallows handshakes, views come within a quarter of a minute', async (context) => {
  mock.method(Math, 'random', () => 0.999);
  const line = started(context);
  for (let seconds = 0; seconds < 15; seconds += 1) await after(1);
  assert.equal(line.status.status, 'polling');
});

test('one failure is not a reason to poll', async (context) => {
  const line = started(context);
  newest().onclose({ code: 1006 });
  await after(5);
  assert.equal(line.status.status, 'reconnecting');
});

test('a session that HTTP found to be over is over for the socket as well', async (context) => {
  let renewals = 0;
  const line = started(context, {
    request: () => Promise.reject(new Problem(401, 'unauthorized', '')),
    renewSession: async () => {
      renewals += 1;
      return false;
    },
  });
  await blockSockets();
  const opened = sockets.length;
  await after(60);
  assert.deepEqual([line.status.status, line.status.retryAt, renewals], ['signed_out', null, 1]);
  assert.equal(sockets.length, opened);
});
