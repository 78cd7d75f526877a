import { tenantApi as api } from '@/api/client';
import { ApiError } from '@/api/errors';
import type { ClientDocument } from '@/api/types';
import { contentTypeOf } from './files';
import { checksum } from './sha256';

export type Progress = (share: number) => void;

/**
 * A place is asked for, the file goes straight to the file store, the server looks at what came. The link takes these
 * bytes and no others, so nothing of the file is sent before its checksum is known.
 */
export async function uploadDocument(
  client: string,
  kind: string,
  file: File,
  options: { replaces?: string; onProgress: Progress; signal?: AbortSignal },
): Promise<ClientDocument> {
  const { upload, id } = await api.post('/clients/{id}/documents', {
    path: { id: client },
    body: {
      type: kind,
      filename: file.name,
      content_type: contentTypeOf(file),
      size: file.size,
      sha256: await checksum(file),
      replaces: options.replaces,
    },
  });
  await put(upload, file, options.onProgress, options.signal);
  return api.post('/documents/{id}/complete', { path: { id } });
}

/** `fetch` does not tell how far an upload has come. */
function put(
  upload: { method: string; url: string; headers: Record<string, string> },
  file: File,
  onProgress: Progress,
  signal?: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const failed = (status: number) => reject(new ApiError(status, { code: 'upload_failed' }));
    request.open(upload.method, upload.url);
    for (const [name, value] of Object.entries(upload.headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = (e) => e.lengthComputable && onProgress(e.loaded / e.total);
    request.onload = () => (request.status < 300 ? resolve() : failed(request.status));
    request.onerror = () => failed(0);
    request.onabort = () => reject(new DOMException('aborted', 'AbortError'));
    signal?.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}
