import { tenantApi as api } from './client';
import { ApiError, isApiError } from './errors';

export type Sent = { loaded: number; total: number };
type Options = { onProgress: (sent: Sent) => void; signal: AbortSignal };

/** Sends a file and tells how far it is; `fetch` does not. A sign-in that ran out meanwhile is renewed once. */
export async function upload<T>(path: string, file: File, fields: Record<string, string>, options: Options) {
  // an upload may take longer than a token lives: it should be young when it starts
  if (!api.token) await api.refresh();
  try {
    return await send<T>(path, file, fields, options);
  } catch (error) {
    if (!isApiError(error) || error.status !== 401 || !(await api.refresh())) throw error;
    return send<T>(path, file, fields, options);
  }
}

function send<T>(path: string, file: File, fields: Record<string, string>, { onProgress, signal }: Options) {
  return new Promise<T>((resolve, reject) => {
    const form = new FormData();
    // what the file is about comes first: the server reads the parts in their order
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append('file', file, file.name);
    const request = new XMLHttpRequest();
    request.open('POST', api.base + path);
    request.setRequestHeader('accept', 'application/json');
    if (api.token) request.setRequestHeader('authorization', `Bearer ${api.token}`);
    request.upload.onprogress = (e) => onProgress({ loaded: e.loaded, total: e.total || file.size });
    request.onload = () => {
      const body = parse(request.responseText);
      if (request.status < 300) return resolve(body as T);
      reject(
        new ApiError(request.status, body, {
          requestId: request.getResponseHeader('x-request-id'),
          retryAfter: request.getResponseHeader('retry-after'),
        }),
      );
    };
    request.onerror = () => reject(new ApiError(0, { code: 'network', message: 'network' }));
    request.onabort = () => reject(new DOMException('aborted', 'AbortError'));
    if (signal.aborted) return reject(new DOMException('aborted', 'AbortError'));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(form);
  });
}

function parse(text: string): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(text);
    return json && typeof json === 'object' ? (json as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
