/** What a reader can do, against a server that the test plays: what is shown, kept and said afterwards. */

import assert from 'node:assert/strict';
import test from 'node:test';

import { createLiveJobs } from '../../web/live/index.js';
import { createActions } from '../../web/ui/actions.js';
import { createTranslate } from '../../web/ui/i18n.js';
import { nothingLive, nothingLoaded } from '../../web/ui/state.js';
import { createStore } from '../../web/ui/store.js';
import { job } from './jobs.js';

const ORDER = { interview_id: job().interview_id, count: 5 };

/**
 * @param {Partial<import('../../web/live/index.js').LiveJobs>} [liveChanges]
 * @param {Partial<import('../../web/ui/state.js').State>} [changes]
 */
function opened(liveChanges = {}, changes = {}) {
  /** @type {import('../../web/ui/state.js').State} */
  const initial = {
    ...nothingLoaded(),
    session: null,
    sessionProblem: null,
    hasExpired: false,
    route: { name: 'interviews' },
    live: nothingLive(),
    dismissed: [],
    ...changes,
  };
  const store = createStore(initial);
  /** @type {import('../../web/ui/toasts.js').Toast[]} */
  const toasts = [];
  const actions = createActions({
    store,
    live: { ...createLiveJobs(), ...liveChanges },
    session: /** @type {any} */ ({}),
    speak: () => createTranslate('ko'),
    toasts: { show: (toast) => void toasts.push(toast) },
    go: (route) => store.set({ route }),
  });
  return { actions, store, toasts };
}

test('a start that goes wrong in a way nobody foresaw does not keep the button pressed', async () => {
  const start = () => Promise.reject(new TypeError('nobody foresaw this'));
  const { actions, store } = opened({ start });
  await assert.rejects(actions.generate(ORDER), TypeError);
  assert.equal(store.get().isStarting, false);
});
