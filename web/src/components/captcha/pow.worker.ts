import { type Report, search, type Task } from './work';

/** Off the page's thread: typing and scrolling stay smooth while it calculates. */
self.onmessage = (e: MessageEvent<Task>) => {
  const tell = (report: Report) => self.postMessage(report);
  const steps = search(e.data);
  for (;;) {
    const next = steps.next();
    if (next.done) return tell({ nonce: next.value });
    tell({ tried: next.value });
  }
};
