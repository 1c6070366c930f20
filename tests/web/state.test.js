/** The questions that the page asks of its state, each answered in one place. */

import assert from 'node:assert/strict';
import test from 'node:test';

import { nothingLive, nothingLoaded, progressOf, unfinishedAnswerOf } from '../../web/ui/state.js';
import { job } from './jobs.js';

const QUESTION = /** @type {const} */ ({ index: 0, text: '', category: 'gaps', intent: '', follow_up: '' });
const PROGRESS = /** @type {const} */ ({ stage: 'writing', done: 0, total: 5 });

test('a question that came counts before the next word about the progress', () => {
  assert.deepEqual(progressOf(job({ progress: PROGRESS })), { done: 0, total: 5 });
  const partial = { questions: [QUESTION], text: null };
  assert.deepEqual(progressOf(job({ progress: PROGRESS, partial })), { done: 1, total: 5 });
  assert.deepEqual(progressOf(job({ progress: { ...PROGRESS, done: 2 }, partial })), { done: 2, total: 5 });
});

test('there is nothing to count before the number is known, and nothing in an answer', () => {
  assert.equal(progressOf(job()), null);
  assert.equal(progressOf(job({ type: 'answer', progress: { ...PROGRESS, total: 1 } })), null);
});

test('an answer that failed or was cancelled is shown until it is closed or something newer was tried', () => {
  const failed = job({ type: 'answer', question_id: 'q', status: 'failed' });
  /** @param {import('../../web/live/wire.js').JobView[]} jobs @param {string[]} [dismissed] */
  const shown = (jobs, dismissed = []) => {
    const session = { session: null, sessionProblem: null, hasExpired: false };
    const route = /** @type {const} */ ({ name: 'interviews' });
    const state = { ...nothingLoaded(), ...session, route, live: { ...nothingLive(), jobs }, dismissed };
    return unfinishedAnswerOf(state, 'q');
  };
  assert.equal(shown([failed]), failed);
  assert.equal(shown([failed], [failed.id]), null);
  assert.equal(shown([{ ...failed, id: 'newer', status: 'completed' }, failed]), null);
  assert.equal(shown([]), null);
});
