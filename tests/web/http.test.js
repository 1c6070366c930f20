/** Requests and their answers, from a real server that says what the test says. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import test from 'node:test';

import { Problem, request, requestTo } from '../../web/live/http.js';

/**
 * Start a server that gives every request the same answer; it is stopped when the test ends.
 *
 * @param {import('node:test').TestContext} context
 * @param {(response: import('node:http').ServerResponse) => void} answer
 * @returns {Promise<string>} its url
 */
async function serving(context, answer) {
  const server = createServer((_, response) => answer(response)).listen(0, '127.0.0.1');
  context.after(() => server.close().closeAllConnections());
  await once(server, 'listening');
  return `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`;
}

/**
 * @param {number} status
 * @param {string} code
 */
const problem = (status, code) => (/** @type {unknown} */ error) =>
  error instanceof Problem && error.status === status && error.code === code;

test('an answer is its JSON; without content it is null', async (context) => {
  const url = await serving(context, (response) => response.end('{"jobs": []}'));
  assert.deepEqual(await request('GET', url), { status: 200, body: { jobs: [] } });
  for (const status of [204, 304]) {
    const bare = await serving(context, (response) => response.writeHead(status).end());
    assert.deepEqual(await request('GET', bare), { status, body: null });
  }
});

test('a refusal is a Problem with the code that the server gave', async (context) => {
  const url = await serving(context, (response) => response.writeHead(409).end('{"code": "generation_active"}'));
  await assert.rejects(request('POST', url, { body: {} }), problem(409, 'generation_active'));
});

test('a success that is not JSON is none: a network that wants its own page read first', async (context) => {
  const url = await serving(context, (response) => response.end('<html>Sign in to the Wi-Fi</html>'));
  await assert.rejects(request('GET', url), problem(200, 'network'));
});

test('an answer that breaks off is no answer', async (context) => {
  const url = await serving(context, (response) => {
    response.writeHead(200, { 'Content-Length': 100 });
    response.write('{"jobs":', () => response.destroy());
  });
  await assert.rejects(request('GET', url), problem(200, 'network'));
});

test('requests to an API carry its token, when there is one', async (context) => {
  /** @type {import('node:http').IncomingMessage[]} */
  const received = [];
  const url = await serving(context, (response) => {
    received.push(response.req);
    response.end('{}');
  });
  let token = /** @type {string | null} */ (null);
  const ask = requestTo(`${url}/base`, () => token);
  await ask('GET', '/api/jobs');
  token = 'secret';
  await ask('GET', '/api/jobs', { headers: { Prefer: 'wait=25' } });
  assert.deepEqual(
    received.map(({ url, headers }) => [url, headers.authorization, headers.prefer]),
    [
      ['/base/api/jobs', undefined, undefined],
      ['/base/api/jobs', 'Bearer secret', 'wait=25'],
    ],
  );
});
