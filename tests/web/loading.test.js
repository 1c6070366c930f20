/** Asking for what the page shows, against a server that answers when the test lets it. */

import assert from 'node:assert/strict';
import test from 'node:test';

import { createLiveJobs } from '../../web/live/index.js';
import { createLoading } from '../../web/ui/loading.js';
import { createStore } from '../../web/ui/store.js';
import { serve } from './server.js';
import { state } from './states.js';

/** @typedef {import('./server.js').Answer} Answer */

function opened() {
  const store = createStore(state());
  /** @type {((answer: Answer) => void)[]} */
  const answers = [];
  serve(() => new Promise((resolve) => answers.push(resolve)));
  return { store, answers, loading: createLoading(store, createLiveJobs(), () => {}) };
}

test('a slow answer does not hide that of a later question', async () => {
  const { store, answers, loading } = opened();
  const both = [loading.interviews(), loading.interviews()];
  answers[1]?.({ body: { interviews: ['new'] } });
  await both[1];
  answers[0]?.({ body: { interviews: ['old'] } });
  await both[0];
  assert.deepEqual(store.get().interviews.value, ['new']);
});

test('nor does a slow failure', async () => {
  const { store, answers, loading } = opened();
  const both = [loading.interviews(), loading.interviews()];
  answers[1]?.({ body: { interviews: ['new'] } });
  await both[1];
  answers[0]?.({ status: 503, body: { code: 'unavailable' } });
  await both[0];
  assert.equal(store.get().interviews.status, 'ready');
});
