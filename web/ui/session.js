/** Who is signed in: finding out, signing in and out, renewing, and the server's word that it is over. */

import { Problem } from '../live/index.js';
import * as api from './api.js';
import { nothingLoaded } from './state.js';

/** @typedef {ReturnType<typeof createSession>} SessionKeeper */

// A session lasts a month and the cookie of an expired one cannot be renewed: in its second half, whoever looks at the
// page once a fortnight has renewed it in time.
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

  /** Ask who is signed in; without an answer, say why and let the reader ask again. */
  async function recognise() {
    try {
      begin(await api.fetchSession());
      const { session } = store.get();
      if (session && endsSoon(session)) begin(await api.createSession());
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.status === 401) end(Boolean(store.get().session));
      else store.set({ sessionProblem: error.code });
    }
  }

  return {
    recognise,

    /** The page is looked at again: what was not known is asked again, and what ends soon is renewed. */
    async refresh() {
      const { session } = store.get();
      if (session === undefined || (session && endsSoon(session))) await recognise();
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

/** @param {import('./state.js').Session} session */
const endsSoon = ({ expires_at }) => Date.parse(expires_at) - Date.now() < RENEW_BEFORE_MS;
