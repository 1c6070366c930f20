/** Asking the server for what the page shows, and keeping the answers in the store. */

import { Problem } from '../live/index.js';
import * as api from './api.js';
import { LOADING } from './state.js';

/**
 * @template T
 * @typedef {import('./state.js').Resource<T>} Resource
 */

/** @typedef {import('./store.js').Store<import('./state.js').State>} AppStore */
/** @typedef {ReturnType<typeof createLoading>} Loading */

/**
 * @param {AppStore} store
 * @param {import('../live/index.js').LiveJobs} live
 * @param {() => void} onSignedOut called when the server does not know the session
 */
export function createLoading(store, live, onSignedOut) {
  /** @type {Map<string, number>} how often each resource was asked for */
  const asked = new Map();

  /**
   * @template T
   * @param {string} name of the resource
   * @param {Resource<T> | undefined} before
   * @param {() => Promise<T>} ask
   * @param {(resource: Resource<T>) => void} keep
   */
  async function load(name, before, ask, keep) {
    const held = before ?? LOADING;
    const asker = store.get().session?.user_id;
    const turn = (asked.get(name) ?? 0) + 1;
    asked.set(name, turn);
    // An answer to somebody who has signed out is nobody's, and a slow one must not hide what was asked for since.
    const isWanted = () => store.get().session?.user_id === asker && asked.get(name) === turn;
    if (!held.value) keep(LOADING);
    try {
      const value = await ask();
      if (isWanted()) keep({ status: 'ready', value, code: null });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (!isWanted()) return;
      if (error.status === 401) return onSignedOut();
      keep(error.status === 404 ? { ...LOADING, status: 'missing' } : { ...held, status: 'failed', code: error.code });
    }
  }

  const interviews = () =>
    load('interviews', store.get().interviews, api.fetchInterviews, (resource) => store.set({ interviews: resource }));

  /** @param {string} id */
  const interview = (id) =>
    load(
      `interview ${id}`,
      heldInterview(store.get(), id),
      () => api.fetchInterview(id),
      (resource) => store.set(({ interview }) => ({ interview: { ...interview, [id]: resource } })),
    );

  /** @param {string} id of an interview */
  const sets = (id) =>
    load(
      `sets ${id}`,
      store.get().sets[id],
      () => api.fetchSets(id),
      (resource) => store.set(({ sets }) => ({ sets: { ...sets, [id]: resource } })),
    );

  /** Ask for ended jobs as well: a failure of yesterday is shown until it is closed. */
  const jobs = () => load('jobs', LOADING, api.fetchRecentJobs, ({ value }) => value?.forEach(live.adopt));

  return {
    interviews,
    interview,

    /**
     * Ask for all that the page of an interview shows.
     *
     * @param {string} id
     */
    interviewPage: (id) => Promise.all([interview(id), sets(id), jobs()]),

    /**
     * Ask again for what a finished generation has changed.
     *
     * @param {string} id of the interview
     */
    afterGeneration: (id) => Promise.all([interview(id), sets(id), interviews()]),
  };
}

/**
 * The list holds whole interviews: coming from there, the page is complete at once.
 *
 * @param {import('./state.js').State} state
 * @param {string} id
 * @returns {Resource<import('./api.js').Interview>}
 */
export function heldInterview({ interview, interviews }, id) {
  const listed = interviews.value?.find((each) => each.id === id);
  return interview[id] ?? (listed ? { status: 'ready', value: listed, code: null } : LOADING);
}
