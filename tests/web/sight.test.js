/** Whether any tab is in sight, where the browser has locks but forbids them. */

import assert from 'node:assert/strict';
import test from 'node:test';

import { watchSight } from '../../web/ui/sight.js';

test('where locks are forbidden, only this tab is known', async () => {
  const forbidden = async () => {
    throw new DOMException('no storage, no locks', 'SecurityError');
  };
  const page = Object.assign(new EventTarget(), { visibilityState: 'hidden' });
  const navigator = { locks: { request: forbidden, query: forbidden } };
  for (const [name, value] of Object.entries({ document: page, navigator }))
    Object.defineProperty(globalThis, name, { value });
  const isInSight = watchSight();
  assert.equal(await isInSight(), false);
  page.visibilityState = 'visible';
  assert.equal(await isInSight(), true);
});
