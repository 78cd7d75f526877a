import { ApiError, errorFromResponse } from './errors';
import type { paths as PlatformPaths } from './platform.gen';
import type { paths as TenantPaths } from './schema.gen';
import type { Answer, Args, CallOptions, Method, Op, PathOf, Query } from './wire';

export type { Query } from './wire';

type Loose = CallOptions & { query?: Query; path?: Record<string, string>; body?: unknown };
type Tokens = { access_token: string };

/** Arrays become comma lists, empty values are left out, keys are sorted so that equal queries are equal URLs. */
export function queryString(query: Query | undefined): string {
  const out = new URLSearchParams();
  for (const key of Object.keys(query ?? {}).sort()) {
    const value = query?.[key];
    if (value == null || value === '' || (Array.isArray(value) && value.length === 0)) continue;
    out.set(key, Array.isArray(value) ? value.join(',') : String(value));
  }
  const text = out.toString();
  return text ? `?${text}` : '';
}

/** Refusals that concern the whole session, whatever was asked for. */
const SESSION_WIDE = [
  'password_change_required',
  'two_factor_setup_required',
  'address_not_allowed',
] as const;
/** A 401 about what was typed, not about the session it was typed in. */
const TYPED_WRONG = ['invalid_credentials', 'otp_required', 'otp_invalid'];
export type SessionEvent = 'expired' | (typeof SESSION_WIDE)[number];

/** `/clients/{id}` with its parameters filled in. */
const fill = (path: string, values: Record<string, string> = {}): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''));

/**
 * One HTTP client per realm. The access token lives here, in memory, and nowhere else.
 * Paths, parameters, bodies and answers are those of the realm's OpenAPI description.
 */
export class ApiClient<Paths = unknown, Base extends string = string> {
  readonly base: Base;
  #token: string | null = null;
  #refreshing: Promise<boolean> | null = null;
  #early: Promise<boolean> | null = null;
  #listeners = new Set<(e: SessionEvent) => void>();

  constructor(base: Base) {
    this.base = base;
  }

  setToken(token: string | null): void {
    this.#token = token;
  }
  get token(): string | null {
    return this.#token;
  }
  onSession(listener: (e: SessionEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
  #emit(e: SessionEvent): void {
    for (const listener of this.#listeners) listener(e);
  }

  #tell(error: ApiError): void {
    const event = SESSION_WIDE.find((code) => code === error.code);
    if (event) this.#emit(event);
  }

  get<P extends PathOf<Paths, Base, 'get'>>(path: P, ...[options]: Args<Op<Paths, Base, 'get', P>>) {
    return this.call<Answer<Op<Paths, Base, 'get', P>>>('get', path, options);
  }
  post<P extends PathOf<Paths, Base, 'post'>>(path: P, ...[options]: Args<Op<Paths, Base, 'post', P>>) {
    return this.call<Answer<Op<Paths, Base, 'post', P>>>('post', path, { body: {}, ...options });
  }
  put<P extends PathOf<Paths, Base, 'put'>>(path: P, ...[options]: Args<Op<Paths, Base, 'put', P>>) {
    return this.call<Answer<Op<Paths, Base, 'put', P>>>('put', path, options);
  }
  patch<P extends PathOf<Paths, Base, 'patch'>>(path: P, ...[options]: Args<Op<Paths, Base, 'patch', P>>) {
    return this.call<Answer<Op<Paths, Base, 'patch', P>>>('patch', path, options);
  }
  delete<P extends PathOf<Paths, Base, 'delete'>>(path: P, ...[options]: Args<Op<Paths, Base, 'delete', P>>) {
    return this.call<Answer<Op<Paths, Base, 'delete', P>>>('delete', path, options);
  }

  /** The same, unchecked: for code that works on any list. */
  async call<T>(method: Method, path: string, options: Loose = {}): Promise<T> {
    const { body, query, signal, auth } = options;
    const headers: Record<string, string> = { accept: 'application/json', ...options.headers };
    if (body !== undefined) headers['content-type'] = 'application/json';
    const res = await this.raw(fill(path, options.path) + queryString(query), {
      method: method.toUpperCase(),
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal,
      auth,
    });
    const text = await res.text();
    return (text ? JSON.parse(text) : undefined) as T;
  }

  /** The bare call: token, one refresh on 401, errors as ApiError. Used directly for streams. */
  async raw(path: string, init: RequestInit & { auth?: boolean } = {}): Promise<Response> {
    const { auth = true, ...rest } = init;
    const used = this.#token;
    let res = await this.#send(path, rest, auth);
    if (res.status === 401 && auth) {
      const refused = await errorFromResponse(res.clone());
      if (TYPED_WRONG.includes(refused.code)) throw refused;
      // another call may have renewed the token meanwhile: then only repeat
      const renewed = this.#token !== used && this.#token !== null ? true : await this.refresh();
      if (renewed) res = await this.#send(path, rest, auth);
      if (res.status === 401) {
        this.#token = null;
        this.#emit('expired');
      }
    }
    if (res.ok) return res;
    const error = await errorFromResponse(res);
    this.#tell(error);
    throw error;
  }

  async #send(path: string, init: RequestInit, auth: boolean): Promise<Response> {
    const headers = new Headers(init.headers);
    if (auth && this.#token) headers.set('authorization', `Bearer ${this.#token}`);
    try {
      return await fetch(this.base + path, { credentials: 'same-origin', ...init, headers });
    } catch (e) {
      if (e instanceof DOMException && e.name === 'AbortError') throw e;
      throw new ApiError(0, { code: 'network', message: 'network' });
    }
  }

  /** Single flight within the tab, serialised between tabs: a rotated refresh token must never be used twice. */
  refresh(): Promise<boolean> {
    const early = this.#early;
    this.#early = null;
    if (early) return early;
    this.#refreshing ??= this.#locked().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  /** Asks before the page that wants to know is there; the next `refresh` is this one. */
  refreshEarly(): void {
    const early = this.refresh();
    // whoever takes it over sees how it ended
    early.catch(() => {});
    this.#early = early;
  }

  async #locked(): Promise<boolean> {
    const locks = (navigator as { locks?: LockManager }).locks;
    return locks ? await locks.request(`refresh:${this.base}`, () => this.#renew()) : this.#renew();
  }

  async #renew(): Promise<boolean> {
    const key = newKey();
    for (let attempt = 0; ; attempt += 1) {
      try {
        const res = await this.#send(
          '/auth/refresh',
          {
            method: 'POST',
            body: '{}',
            headers: { 'content-type': 'application/json', 'idempotency-key': key },
          },
          false,
        );
        if (!res.ok) {
          const error = await errorFromResponse(res);
          this.#tell(error);
          if (res.status === 401 || res.status === 403 || res.status === 422) return false;
          throw error;
        }
        this.#token = ((await res.json()) as Tokens).access_token;
        return true;
      } catch (e) {
        if (attempt >= 1) throw e;
        await new Promise((r) => setTimeout(r, 400));
      }
    }
  }
}

/** randomUUID exists only in secure contexts; a plain-HTTP installation must work too. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((b) => b.toString(16).padStart(2, '0')).join('');
}

export const tenantApi = new ApiClient<TenantPaths, '/api'>('/api');
export const platformApi = new ApiClient<PlatformPaths, '/api/platform'>('/api/platform');
