/**
 * Which jobs were active when this browser was last here, so that the ends it missed can be told on return.
 */

const KEY = 'interview-live.active-jobs';

/**
 * Where ids of jobs are kept between visits.
 *
 * @typedef {{load: () => string[], save: (ids: readonly string[]) => void}} Memory
 */

/**
 * Create a memory in the browser's storage. Without storage (private windows) it forgets; nothing else fails.
 *
 * @returns {Memory}
 */
export function createBrowserMemory() {
  return {
    load() {
      try {
        const ids = JSON.parse(localStorage.getItem(KEY) ?? '[]');
        return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : [];
      } catch {
        return [];
      }
    },
    save(ids) {
      try {
        localStorage.setItem(KEY, JSON.stringify(ids));
      } catch {
        // Full or forbidden: the ends of these jobs will not be announced after a restart, that is all.
      }
    },
  };
}

/**
 * Create a memory that lasts as long as the page, for tests and for embedding elsewhere.
 *
 * @param {readonly string[]} [ids]
 * @returns {Memory & {ids: readonly string[]}}
 */
export function createPageMemory(ids = []) {
  return {
    ids,
    load() {
      return [...this.ids];
    },
    save(saved) {
      this.ids = saved;
    },
  };
}
