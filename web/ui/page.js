/** What every part of the page is given, and what every screen gives back. Types only. */

/**
 * @typedef {import('./state.js').State} State
 *
 * @typedef {object} Page
 * @property {import('./i18n.js').Translate} t
 * @property {import('./i18n.js').Language} language
 * @property {import('./format.js').Format} format
 * @property {() => State} state
 * @property {import('../live/index.js').LiveJobs} live
 * @property {import('./actions.js').Actions} actions
 * @property {import('./loading.js').Loading} loading
 * @property {import('./toasts.js').Toasts} toasts
 * @property {import('./notifications.js').Notifications} notifications
 * @property {import('./drafts.js').Drafts} drafts
 * @property {import('./ticker.js').Ticker} ticker
 * @property {(route: import('./router.js').Route) => void} go
 */

/**
 * @typedef {object} Screen
 * @property {HTMLElement} element with one `h1`
 * @property {(state: State) => string} titleOf for the title of the window
 * @property {(state: State) => void} update
 * @property {() => void} [load] asks the server for what is shown: at first, and when the reader comes back
 */

export {};
