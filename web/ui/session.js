/** Who is signed in: finding out, signing in and out, renewing, and the server's word that it is over. */

import { Problem } from '../live/index.js';
import * as api from './api.js';
import { nothingLoaded } from './state.js';

/** @typedef {ReturnType<typeof createSession>} SessionKeeper */

// A session lasts a month and the cookie of an expired one cannot be renewed: do it while there is time.
const RENEW_BEFORE_MS = 15 * 24 * 3_600_000;

/**
 * @param {import('./loading.js').AppStore} store
 * @param {import('../live/index.js').LiveJobs} live
 * @param {import('./drafts.js').Drafts} drafts which are nobody else's business
 */
export function createSession(store, live, drafts) {
  /** @param {import('./state.js').Session} session */
  function begin(session) {
    const before = store.get().session;
    const isSame = session.user_id === before?.user_id;
    if (before && !isSame) forget();
    store.set({ ...(isSame ? {} : nothingLoaded()), session, sessionProblem: null, hasExpired: false });
    live.connect(session.user_id);
  }

  /** @param {boolean} hasExpired whether it was the server that ended it */
  function end(hasExpired) {
    forget();
    store.set({ ...nothingLoaded(), session: null, hasExpired });
  }

  function forget() {
    live.disconnect();
    drafts.clear();
  }

  return {
    /** Ask who is signed in; without an answer, say why and let the reader ask again. */
    async recognise() {
      try {
        begin(await api.fetchSession());
        const { session } = store.get();
        if (session && Date.parse(session.expires_at) - Date.now() < RENEW_BEFORE_MS) await api.createSession();
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        store.set(error.status === 401 ? { session: null } : { sessionProblem: error.code });
      }
    },

    /** Sign a guest in. Raises Problem. */
    signIn: async () => begin(await api.createSession()),

    /** Raises Problem. */
    async signOut() {
      await api.deleteSession();
      live.signOut();
      end(false);
    },

    /** The reader has signed out in another tab. */
    leave: () => end(false),

    /** The server does not know the session any more. */
    lose: () => end(true),

    /**
     * Find out whether the session is still good: another tab may have renewed it, or signed out.
     *
     * @returns {Promise<boolean>} whether somebody is signed in; raises Problem when the server could not be asked
     */
    async renew() {
      try {
        begin(await api.fetchSession());
        return true;
      } catch (error) {
        if (error instanceof Problem && (error.status === 401 || error.status === 403)) return false;
        throw error;
      }
    },
  };
}
