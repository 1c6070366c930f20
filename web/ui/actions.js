/** What a reader can do, each as one function: ask the server, put the answer into the store, say what went wrong. */

import { Problem } from '../live/index.js';
import { GENERATION } from './announcements.js';
import * as api from './api.js';
import { explain } from './i18n.js';
import { loadDismissed, saveDismissed } from './preferences.js';
import { pathOf } from './router.js';
import { withInterview, withoutInterview } from './state.js';

/**
 * @typedef {ReturnType<typeof createActions>} Actions
 *
 * @typedef {object} Surroundings
 * @property {import('./loading.js').AppStore} store
 * @property {import('../live/index.js').LiveJobs} live
 * @property {() => import('./i18n.js').Translate} speak in the language of the moment
 * @property {import('./toasts.js').Toasts} toasts
 * @property {import('./session.js').SessionKeeper} session
 * @property {(route: import('./router.js').Route, options?: {isReplacing?: boolean}) => void} go
 */

/**
 * Create the actions. None of them raises: a failure is told in a toast, and the answer is null or false.
 *
 * @param {Surroundings} surroundings
 */
export function createActions(surroundings) {
  return {
    ...sessionActions(surroundings),
    ...interviewActions(surroundings),
    ...generationActions(surroundings),
  };
}

/** @param {Surroundings} surroundings */
function sessionActions(surroundings) {
  const { session, go } = surroundings;
  return {
    recognise: session.recognise,

    signIn: () => tried(surroundings, session.signIn),

    signOut: () =>
      tried(surroundings, async () => {
        await session.signOut();
        go({ name: 'interviews' }, { isReplacing: true });
      }),
  };
}

/** @param {Surroundings} surroundings */
function interviewActions(surroundings) {
  const { store, speak, toasts, go } = surroundings;
  return {
    /**
     * Add an interview, or change one.
     *
     * @param {string | null} id
     * @param {Partial<api.Details>} details those to change, or all of a new one
     */
    saveInterview: (id, details) =>
      tried(surroundings, async () => {
        const from = pathOf(store.get().route);
        const saved = id ? await api.updateInterview(id, details) : await api.createInterview(details);
        store.set((state) => withInterview(state, saved));
        // Who has gone elsewhere meanwhile is told, not called back.
        const isThere = pathOf(store.get().route) === from;
        if (id || !isThere) toasts.show({ tone: 'neutral', text: speak()('toast.saved') });
        if (isThere) go({ name: 'interview', id: saved.id, tab: 'questions' }, { isReplacing: true });
        return saved;
      }),

    /** @param {string} id */
    deleteInterview: (id) =>
      tried(surroundings, async () => {
        await api.deleteInterview(id);
        store.set((state) => withoutInterview(state, id));
        toasts.show({ tone: 'neutral', text: speak()('toast.deleted') });
        // Whichever part of it is in front: nothing is left to see there.
        const { route } = store.get();
        if ('id' in route && route.id === id) go({ name: 'interviews' }, { isReplacing: true });
      }),
  };
}

/** @param {Surroundings} surroundings */
function generationActions(surroundings) {
  const { store, live, speak, toasts } = surroundings;

  /** @param {() => Promise<import('../live/index.js').JobView>} start */
  async function generating(start) {
    store.set({ isStarting: true });
    try {
      const job = await tried(surroundings, start);
      const text = job?.type === 'answer' ? 'toast.answer_started' : 'toast.started';
      if (job) toasts.show({ tone: 'neutral', text: speak()(text), about: GENERATION });
      return job !== null;
    } finally {
      store.set({ isStarting: false });
    }
  }

  return {
    /**
     * @param {import('../live/index.js').QuestionOrder} order
     * @returns {Promise<boolean>} whether it was accepted
     */
    generate: (order) => generating(() => startOrJoin(live, () => live.start(order))),

    /**
     * @param {import('../live/index.js').AnswerOrder} order
     * @returns {Promise<boolean>} whether it was accepted
     */
    answer: (order) => generating(() => startOrJoin(live, () => live.startAnswer(order))),

    /** @param {string} jobId */
    retry: (jobId) => generating(() => startOrJoin(live, () => live.retry(jobId))),

    /** @param {string} jobId */
    cancel: (jobId) => tried(surroundings, () => live.cancel(jobId)),

    /** @param {string} jobId of an ended job whose row is no longer wanted */
    dismiss(jobId) {
      // Other tabs close rows too.
      store.set(({ dismissed }) => ({ dismissed: [...new Set([...dismissed, ...loadDismissed(), jobId])] }));
      saveDismissed(store.get().dismissed);
    },
  };
}

/**
 * Carry out `act`; a failure is told, and the answer is null.
 *
 * @template T
 * @param {Surroundings} surroundings
 * @param {() => Promise<T>} act
 * @returns {Promise<T | null>}
 */
async function tried({ session, toasts, speak }, act) {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.status === 401) session.lose();
    else toasts.show({ tone: 'danger', text: explain(speak(), error.code) });
    return null;
  }
}

/**
 * @param {import('../live/index.js').LiveJobs} live
 * @param {() => Promise<import('../live/index.js').JobView>} start
 */
async function startOrJoin(live, start) {
  try {
    return await start();
  } catch (error) {
    // Another tab was faster: show what is running.
    const isTaken = error instanceof Problem && error.code === 'generation_active' && error.body.job;
    if (isTaken) live.adopt(/** @type {import('../live/index.js').JobView} */ (error.body.job));
    throw error;
  }
}
