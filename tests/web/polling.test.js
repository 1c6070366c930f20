/** The HTTP fallback: what it asks for, how often, and what it makes of refusals. The server and the timers are the
 * test's. */

import assert from 'node:assert/strict';
import test, { mock } from 'node:test';

import { Problem } from '../../web/live/http.js';
import { Poller } from '../../web/live/polling.js';
import { JOB, job } from './jobs.js';
import { settle } from './pages.js';

const LIST = '/api/jobs?status=active';
const OUTAGE = new Problem(0, 'network', 'nobody there');
const REJECTION = new Problem(401, 'unauthorized', 'who is this?');

test.beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
test.afterEach(() => mock.reset());

/** A server that answers as the test says; `asked` are the paths it was asked for. */
class Server {
  /** @type {string[]} */
  asked = [];
  /** @type {(path: string) => unknown} the body, or a Problem */
  answer = () => ({ jobs: [] });

  /** @type {typeof import('../../web/live/http.js').request} */
  request = async (_, path) => {
    this.asked.push(path);
    const body = this.answer(path);
    if (body instanceof Problem) throw body;
    return { status: 200, body };
  };
}

/**
 * Begin to poll; `known` are the active jobs. It is ended when the test ends.
 *
 * @param {import('node:test').TestContext} context
 * @param {{server?: Server, known?: string[], renewSession?: () => Promise<boolean>}} [options]
 */
async function polling(context, { server = new Server(), known = [], renewSession = async () => false } = {}) {
  /** @type {string[]} */
  const heard = [];
  const poller = new Poller({
    request: server.request,
    known: () => known,
    onView: (view) => heard.push(view.position),
    onMissing: (jobId) => heard.push(`${jobId} is missing`),
    onWorking: (isWorking) => heard.push(isWorking ? 'works' : 'fails'),
    renewSession,
    onSignedOut: () => heard.push('signed out'),
  });
  context.after(() => poller.set(false));
  poller.set(true);
  await settle();
  return { server, known, heard, poller };
}

/** @param {number} seconds */
async function after(seconds) {
  mock.timers.tick(seconds * 1000);
  await settle();
}

test('the list is asked for until it has come once; without a job nothing is asked after that', async (context) => {
  const { server, known, heard } = await polling(context);
  for (let times = 0; times < 5; times += 1) await after(1);
  assert.deepEqual(server.asked, [LIST]);
  known.push(JOB);
  server.answer = () => job({ position: '1-4' });
  await after(1);
  assert.deepEqual([server.asked, heard.at(-2)], [[LIST, `/api/jobs/${JOB}`], '1-4']);
});

test('while nobody answers it backs off, with full jitter', async (context) => {
  const server = new Server();
  server.answer = () => OUTAGE;
  for (const random of [0, 0.5, 0.999]) {
    mock.method(Math, 'random', () => random);
    server.asked = [];
    const { poller } = await polling(context, { server });
    for (let failures = 1; failures <= 6; failures += 1) {
      const seconds = 0.5 + random * (Math.min(30, 2 ** failures) - 0.5);
      await after(seconds - 0.01);
      assert.equal(server.asked.length, failures, `${failures} failures`);
      await after(0.02);
      assert.equal(server.asked.length, failures + 1, `${failures} failures`);
    }
    poller.set(false);
  }
});

test('an answer starts the backoff anew', async (context) => {
  const { server, heard } = await polling(context, { known: [JOB] });
  mock.method(Math, 'random', () => 0.999);
  for (const isBack of [false, false, false, true, false]) {
    server.answer = () => (isBack ? job() : OUTAGE);
    await after(30);
  }
  server.answer = () => job();
  await after(2);
  assert.equal(heard.at(-1), 'works');
});

test('a job that the server does not know is missing, not an outage', async (context) => {
  const server = new Server();
  server.answer = (path) => (path === LIST ? { jobs: [] } : new Problem(404, 'not_found', ''));
  const { heard } = await polling(context, { server, known: [JOB] });
  assert.deepEqual(heard, [`${JOB} is missing`, 'works']);
});

test('a session that is rejected is renewed, and the question asked again at once', async (context) => {
  const server = new Server();
  server.answer = () => REJECTION;
  const renewSession = async () => {
    server.answer = () => ({ jobs: [job()] });
    return true;
  };
  const { heard } = await polling(context, { server, renewSession });
  assert.deepEqual([server.asked, heard], [[LIST, LIST], ['1-3', 'works']]);
});

test('nothing more is asked of who is signed out, whatever the renewal said', async (context) => {
  for (const isRenewed of [false, true]) {
    const server = new Server();
    server.answer = () => REJECTION;
    const { heard } = await polling(context, { server, renewSession: async () => isRenewed });
    await after(60);
    assert.deepEqual([server.asked, heard], [isRenewed ? [LIST, LIST] : [LIST], ['signed out']]);
  }
});

test('a renewal that could not be asked for is an outage', async (context) => {
  const server = new Server();
  server.answer = () => REJECTION;
  const { heard } = await polling(context, { server, renewSession: () => Promise.reject(new TypeError('offline')) });
  await after(2);
  assert.deepEqual(heard, ['fails', 'fails']);
});
