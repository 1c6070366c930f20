/** The fold: the shared vectors, which the Python side passes as well, and what JavaScript could get wrong alone. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

import { fold, newer } from '../../web/live/view.js';
import { job } from './jobs.js';

/** @typedef {import('../../web/live/wire.js').JobView} JobView */
/** @typedef {import('../../web/live/wire.js').JobEvent} JobEvent */
/** @typedef {{name: string, view: JobView | null, steps: {event: JobEvent, verdict: string}[], end: JobView | null}} Vector */

/** @type {Vector[]} */
const vectors = JSON.parse(readFileSync(new URL('../vectors/fold.json', import.meta.url), 'utf8'));

test('there are vectors to be held to', () => assert.ok(vectors.length > 0));

for (const vector of vectors) {
  test(`fold: ${vector.name}`, () => {
    let view = vector.view;
    for (const { event, verdict } of vector.steps) {
      const before = structuredClone(view);
      const held = view;
      const outcome = fold(view, event);
      assert.equal(outcome.verdict, verdict, event.position);
      assert.deepEqual(held, before, 'the view given is never changed');
      view = outcome.view;
    }
    assert.deepEqual(view, vector.end);
  });
}

test('a view from elsewhere replaces the one held unless its position is older', () => {
  const held = job({ position: '2-9' });
  assert.equal(newer(held, job({ position: '1-40' })), held);
  assert.equal(newer(held, job({ position: '2-0' })), held);
  const same = job({ position: '2-9' });
  assert.equal(newer(held, same), same);
  const later = job({ position: '2-10' });
  assert.equal(newer(held, later), later);
  assert.equal(newer(null, held), held);
});
