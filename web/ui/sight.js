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
  return async () => (await locks.query()).held?.some(({ name }) => name === LOCK) ?? isHere();
}

/** @param {AbortSignal} signal that gives the lock back */
function holdUntil(signal) {
  const ended = () => new Promise((resolve) => signal.addEventListener('abort', resolve));
  const held = navigator.locks.request(LOCK, { mode: 'shared' }, () => !signal.aborted && ended());
  // Where storage is forbidden, locks are too: then nobody is told of this tab.
  return held.catch((error) => {
    if (!(error instanceof DOMException)) throw error;
  });
}
