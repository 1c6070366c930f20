// Shows the chosen theme before the first paint; a module would come too late and flash the other one.
try {
  document.documentElement.dataset.theme = localStorage.getItem('interview-live.theme') ?? 'system';
} catch {
  document.documentElement.dataset.theme = 'system';
}
