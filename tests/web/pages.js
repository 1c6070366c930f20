/** Pages of one browser without the browser: event targets with Node's real locks and channels. */

import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';

// Messages between tabs take a few turns of the event loop; a hundred would be a hang.
const TURNS = 100;

/** What Tabs need of a page. */
export class BarePage {
  locks = navigator.locks;
  BroadcastChannel = BroadcastChannel;
  window = new EventTarget();
  document = Object.assign(new EventTarget(), { visibilityState: 'visible' });

  /** @param {'visible' | 'hidden'} visibility */
  show(visibility) {
    this.document.visibilityState = visibility;
    this.document.dispatchEvent(new Event('visibilitychange'));
  }
}

/** @param {() => boolean} isTrue */
export async function until(isTrue) {
  for (let left = TURNS; !isTrue(); left -= 1) {
    assert.ok(left > 0, `never came true: ${isTrue}`);
    await turn();
  }
}

/** Let everything that is on its way arrive. */
export async function settle() {
  for (let left = TURNS; left > 0; left -= 1) await turn();
}
