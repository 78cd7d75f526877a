export type FieldErrors = Record<string, string[]>;
type ErrorBody = {
  code?: string;
  message?: string;
  request_id?: string;
  data?: { fields?: FieldErrors; request_id?: string; retry_after?: number } & Record<string, unknown>;
};

/** Every failed call ends as one of these: the server's problem document, or `network` when none arrived. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly fields: FieldErrors;
  readonly requestId: string | null;
  readonly retryAfter: number | null;
  readonly data: Record<string, unknown>;

  constructor(
    status: number,
    body: ErrorBody,
    headers: { requestId?: string | null; retryAfter?: string | null } = {},
  ) {
    super(body.message ?? body.code ?? `HTTP ${status}`);
    this.name = 'ApiError';
    this.status = status;
    this.code = body.code ?? (status === 0 ? 'network' : `http_${status}`);
    this.fields = cleanFields(body.data?.fields);
    this.requestId = body.request_id ?? body.data?.request_id ?? headers.requestId ?? null;
    this.retryAfter = body.data?.retry_after ?? seconds(headers.retryAfter);
    this.data = body.data ?? {};
  }

  /** Worth another try without the user changing anything. */
  get transient(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

function cleanFields(input: unknown): FieldErrors {
  if (!input || typeof input !== 'object') return {};
  const out: FieldErrors = {};
  for (const [key, value] of Object.entries(input))
    out[key] = Array.isArray(value) ? value.map(String) : [String(value)];
  return out;
}

function seconds(value: string | null | undefined): number | null {
  if (!value) return null;
  const n = Number(value);
  if (Number.isFinite(n)) return Math.max(0, Math.ceil(n));
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - Date.now()) / 1000));
}

export async function errorFromResponse(res: Response): Promise<ApiError> {
  let body: ErrorBody = {};
  try {
    const parsed: unknown = await res.json();
    if (parsed && typeof parsed === 'object') body = parsed as ErrorBody;
  } catch {
    body = {};
  }
  return new ApiError(res.status, body, {
    requestId: res.headers.get('x-request-id'),
    retryAfter: res.headers.get('retry-after'),
  });
}

export const isApiError = (e: unknown): e is ApiError => e instanceof ApiError;
export const hasCode = (e: unknown, ...codes: string[]): boolean => isApiError(e) && codes.includes(e.code);

/** `{email: "…"}` for a form: the first message of each field. */
export function formErrors(e: unknown): Record<string, string> {
  if (!isApiError(e)) return {};
  return Object.fromEntries(Object.entries(e.fields).map(([k, v]) => [k, v[0] ?? e.message]));
}
