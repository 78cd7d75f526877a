/** The generated OpenAPI types, read as what really travels. Types only: nothing of this reaches the bundle. */

/** OpenAPI says "not required" of a field that may be null; on the wire such a field is absent or null. */
export type Wire<T> = T extends readonly (infer E)[]
  ? Wire<E>[]
  : T extends object
    ? { [K in keyof T]: undefined extends T[K] ? Wire<T[K]> | null : Wire<T[K]> }
    : T;

/** Makes fields of a schema narrower. A field that the schema lost or changed its kind is an error here. */
export type Narrow<T, R extends { [K in keyof R]: K extends keyof T ? T[K] : never }> = Omit<T, keyof R> & R;

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
type Has<M extends Method> = { [K in M]: { responses: unknown } };

/** The paths below `Base` that know the method, written without `Base`. */
export type PathOf<Paths, Base extends string, M extends Method> = {
  [K in keyof Paths]: K extends `${Base}${infer Rest}` ? (Paths[K] extends Has<M> ? Rest : never) : never;
}[keyof Paths];

export type Op<Paths, Base extends string, M extends Method, P extends string> = `${Base}${P}` extends infer K
  ? K extends keyof Paths
    ? Paths[K] extends { [X in M]: infer O }
      ? O
      : never
    : never
  : never;

type Content<T> = T extends { content: infer C } ? C[keyof C] : never;
type Good<R> = { [K in keyof R]: K extends 200 | 201 | 202 ? Content<R[K]> : never }[keyof R];
export type Answer<O> = O extends { responses: infer R }
  ? [Good<R>] extends [never]
    ? undefined
    : Wire<Good<R>>
  : never;

export type QueryValue = string | number | boolean | null | undefined | readonly (string | number)[];
export type Query = Record<string, QueryValue>;
type QueryOf<O> = O extends { parameters: { query?: infer Q } } ? { [K in keyof Q]?: QueryValue } : never;
type PathParams<O> = O extends { parameters: { path: infer P } }
  ? { path: { [K in keyof P]: string } }
  : { path?: undefined };
type Body<O> = O extends { requestBody: { content: infer C } }
  ? { body: Wire<C[keyof C]> }
  : O extends { requestBody?: { content: infer C } }
    ? { body?: Wire<C[keyof C]> }
    : { body?: undefined };

export type CallOptions = { signal?: AbortSignal; auth?: boolean; headers?: Record<string, string> };
export type Options<O> = CallOptions & { query?: QueryOf<O> } & PathParams<O> & Body<O>;
/** The options may be left out when nothing in them is required. */
export type Args<O> =
  Record<never, never> extends Options<O> ? [options?: Options<O>] : [options: Options<O>];
