/** The one timer of the page: only clocks move by it, and only those that can be seen. */

import assert from 'node:assert/strict';
import test, { mock } from 'node:test';

import { createTicker } from '../../web/ui/ticker.js';

test('a clock moves while somebody needs the timer, and for as long as its element is on the page', () => {
  mock.timers.enable({ apis: ['setInterval'] });
  const ticker = createTicker();
  const shown = { isConnected: false };
  let moves = 0;
  ticker.add(shown, () => (moves += 1));
  ticker.set(true);
  mock.timers.tick(250);
  assert.equal(moves, 0);
  shown.isConnected = true;
  mock.timers.tick(500);
  assert.equal(moves, 2);
  ticker.set(false);
  mock.timers.tick(500);
  assert.equal(moves, 2);
  ticker.set(true);
  shown.isConnected = false;
  mock.timers.tick(250);
  shown.isConnected = true;
  mock.timers.tick(250);
  assert.equal(moves, 2, 'what has left the page is forgotten');
  mock.timers.reset();
});
