/** The line to the server: where it leads, who it says it is. The browser is the test's. */

import assert from 'node:assert/strict';
import test from 'node:test';

import { Line } from '../../web/live/line.js';
import { sockets } from './browser.js';
import { JOB } from './jobs.js';

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
