/** What a reader can do, against a server that the test plays: what is shown, kept and said afterwards. */

import assert from 'node:assert/strict';
import test from 'node:test';

import { createLiveJobs } from '../../web/live/index.js';
import { createActions } from '../../web/ui/actions.js';
import { createTranslate } from '../../web/ui/i18n.js';
import { loadDismissed } from '../../web/ui/preferences.js';
import { createStore } from '../../web/ui/store.js';
import { job } from './jobs.js';
import { serve } from './server.js';
import { state } from './states.js';

/** @typedef {import('../../web/ui/router.js').Route} Route */
/** @typedef {import('../../web/ui/actions.js').Actions} Actions */

const ID = job().interview_id;
const OTHER_ID = '0199aa00-0000-7000-8000-0000000000bb';
const ORDER = { interview_id: ID, count: 5 };
const DETAILS = { company: '네이버', position: 'SRE', job_posting: '', resume: '', language: /** @type {const} */ ('ko') };

/**
 * @param {Partial<import('../../web/live/index.js').LiveJobs>} [liveChanges]
 * @param {Partial<import('../../web/ui/state.js').State>} [changes]
 */
function opened(liveChanges = {}, changes = {}) {
  const store = createStore(state([], changes));
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

test('saving and deleting lead on from where they were asked, and call nobody back who has gone elsewhere', async () => {
  /** @type {(before: Route, meanwhile: Route, act: (actions: Actions) => unknown) => Promise<Route>} */
  const routeAfter = async (before, meanwhile, act) => {
    const { actions, store, toasts } = opened({}, { route: before });
    serve(({ method }) => {
      store.set({ route: meanwhile });
      return method === 'DELETE' ? { status: 204 } : { body: { ...DETAILS, id: ID } };
    });
    await act(actions);
    assert.equal(toasts.length, 1);
    return store.get().route;
  };
  const list = /** @type {const} */ ({ name: 'interviews' });
  const there = /** @type {const} */ ({ name: 'interview', id: ID, tab: 'questions' });
  const other = { ...there, id: OTHER_ID };
  const edit = /** @type {const} */ ({ name: 'edit', id: ID });
  assert.deepEqual(await routeAfter(edit, { ...edit }, (actions) => actions.saveInterview(ID, DETAILS)), there);
  assert.equal(await routeAfter(edit, other, (actions) => actions.saveInterview(ID, DETAILS)), other);
  assert.equal(await routeAfter({ name: 'new' }, list, (actions) => actions.saveInterview(null, DETAILS)), list);
  assert.deepEqual(await routeAfter(there, { ...there, tab: 'answers' }, (actions) => actions.deleteInterview(ID)), list);
  assert.equal(await routeAfter(there, other, (actions) => actions.deleteInterview(ID)), other);
});

test('rows closed in two tabs are all remembered, the last fifty of them', () => {
  const stored = new Map();
  const localStorage = { getItem: (/** @type {string} */ key) => stored.get(key) ?? null, setItem: stored.set.bind(stored) };
  Object.defineProperty(globalThis, 'localStorage', { value: localStorage, configurable: true });
  const [one, other] = [opened(), opened()];
  other.actions.dismiss('b');
  one.actions.dismiss('a');
  assert.deepEqual([loadDismissed(), one.store.get().dismissed], [['b', 'a'], ['b', 'a']]);
  for (let n = 1; n < 50; n += 1) other.actions.dismiss(`b${n}`);
  assert.deepEqual([loadDismissed().length, loadDismissed()[0]], [50, 'a']);
});
