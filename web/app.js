/** The composition root of the page: creates every part once and ties them together. Decides nothing. */

import { createLiveJobs } from './live/index.js';
import { createActions } from './ui/actions.js';
import { announcementOf } from './ui/announcements.js';
import { createDrafts } from './ui/drafts.js';
import { createFormat } from './ui/format.js';
import { createTranslate } from './ui/i18n.js';
import { createLoading } from './ui/loading.js';
import { createNotifications } from './ui/notifications.js';
import { followDismissed, loadDismissed, loadLanguage, saveLanguage } from './ui/preferences.js';
import { routeOf, startRouter } from './ui/router.js';
import { createSession } from './ui/session.js';
import { createShell } from './ui/shell.js';
import { nothingLive, nothingLoaded } from './ui/state.js';
import { createStore } from './ui/store.js';
import { createTicker } from './ui/ticker.js';
import { createToasts } from './ui/toasts.js';

/** @typedef {import('./ui/i18n.js').Language} Language */

const root = /** @type {HTMLElement} */ (document.getElementById('app'));
let language = loadLanguage();
const speak = () => createTranslate(language);
const store = createStore(
  /** @type {import('./ui/state.js').State} */ ({
    ...nothingLoaded(),
    session: undefined,
    sessionProblem: null,
    hasExpired: false,
    route: routeOf(location.pathname),
    live: nothingLive(),
    dismissed: loadDismissed(),
  }),
);
const live = createLiveJobs({ renewSession: () => session.renew() });
const drafts = createDrafts();
const ticker = createTicker();
const session = createSession(store, live, drafts);
const toasts = createToasts(speak);
const loading = createLoading(store, live, session.lose);
const go = startRouter((route, isBack) => store.set({ route, isBack }));
const notifications = createNotifications(speak, go);
const actions = createActions({ store, live, session, speak, toasts, go });
let shell = createShellIn(language);

store.subscribe(() => shell.update(store.get()));
live.subscribe(() => {
  const now = live.getSnapshot();
  store.set({ live: now });
  ticker.set(now.active !== null || now.retryAt !== null);
  if (now.status === 'signed_out') session.lose();
  if (now.status === 'left') session.leave();
});
live.onChange((change) => {
  toasts.show(announcementOf(speak(), change, store.get().route));
  void notifications.tell(change);
  if (change.type === 'completed') void loading.afterGeneration(change.job.interview_id);
});
followDismissed((dismissed) => store.set({ dismissed }));
document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && refresh());
addEventListener('online', refresh);
shell.update(store.get());
await actions.recognise();

function refresh() {
  void session.refresh();
  shell.refresh();
}

/** @param {Language} chosen */
function speakIn(chosen) {
  saveLanguage((language = chosen));
  shell = createShellIn(chosen);
  shell.update(store.get());
}

/** @param {Language} chosen */
function createShellIn(chosen) {
  const t = createTranslate(chosen);
  const format = createFormat(chosen, t);
  const shared = { live, actions, loading, toasts, notifications, drafts, ticker, go };
  const page = { t, language: chosen, format, state: store.get, ...shared };
  return createShell(root, page, speakIn);
}
