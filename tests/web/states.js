/** What the page knows, for tests: nobody is signed in, and nothing is loaded. */

import { nothingLive, nothingLoaded } from '../../web/ui/state.js';

/**
 * @param {import('../../web/live/wire.js').JobView[]} [jobs]
 * @param {Partial<import('../../web/ui/state.js').State>} [changes]
 * @returns {import('../../web/ui/state.js').State}
 */
export function state(jobs = [], changes = {}) {
  return {
    ...nothingLoaded(),
    session: null,
    sessionProblem: null,
    hasExpired: false,
    route: { name: 'interviews' },
    live: { ...nothingLive(), jobs },
    dismissed: [],
    ...changes,
  };
}
