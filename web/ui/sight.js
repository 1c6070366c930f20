/** Whether the reader is looking at any tab of this page: each tab in sight holds a shared lock that all can see. */

const LOCK = 'interview-live in sight';

/**
 * Begin to tell the other tabs; returns how to ask about all of them. Without locks only this tab is known.
 *
 * @returns {() => Promise<boolean>}
 */
export function watchSight() {
  const isHere = () => document.visibilityState === 'visible';
  const { locks } = navigator;
  if (!locks) return async () => isHere();
  let hold = new AbortController();

  function update() {
    hold.abort();
    if (isHere()) void holdUntil((hold = new AbortController()).signal);
  }

  document.addEventListener('visibilitychange', update);
  update();
  return async () => (await heldLocks())?.some(({ name }) => name === LOCK) ?? isHere();
}

/** @returns {Promise<LockInfo[] | undefined>} of all tabs; nothing where they cannot be known */
async function heldLocks() {
  return (await navigator.locks.query().catch(ifForbidden))?.held;
}

/** @param {AbortSignal} signal that gives the lock back */
function holdUntil(signal) {
  const ended = () => new Promise((resolve) => signal.addEventListener('abort', resolve));
  const held = navigator.locks.request(LOCK, { mode: 'shared' }, () => !signal.aborted && ended());
  return held.catch(ifForbidden);
}

/**
 * Where storage is forbidden, locks are too: then no tab is told of another.
 *
 * @param {unknown} error
 */
function ifForbidden(error) {
  if (!(error instanceof DOMException)) throw error;
}
