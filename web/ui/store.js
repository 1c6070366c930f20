/** The one store of the page: a value, how to replace parts of it, and who wants to know. */

/**
 * @template S
 * @typedef {object} Store
 * @property {() => S} get
 * @property {(changes: Partial<S> | ((state: S) => Partial<S>)) => void} set
 * @property {(listener: () => void) => void} subscribe for as long as the page lives
 */

/**
 * Create a store that tells its listeners once for all changes of one turn of the event loop.
 *
 * @template S
 * @param {S} initial
 * @returns {Store<S>}
 */
export function createStore(initial) {
  let state = initial;
  let isTelling = false;
  /** @type {(() => void)[]} */
  const listeners = [];

  function tell() {
    isTelling = false;
    listeners.forEach((listener) => listener());
  }

  return {
    get: () => state,
    set(changes) {
      state = { ...state, ...(typeof changes === 'function' ? changes(state) : changes) };
      if (!isTelling) queueMicrotask(tell);
      isTelling = true;
    },
    subscribe: (listener) => void listeners.push(listener),
  };
}
