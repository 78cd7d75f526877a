/** What notes can hang on. */
export type ParentKind = 'client' | 'lead' | 'contact' | 'deal' | 'opportunity';
export type Parent = { kind: ParentKind; id: string };
export type Person = { id: string; name: string };

/** The parameter by which the server knows the record. */
export const linkOf = ({ kind, id }: Parent): Record<string, string> => ({ [`${kind}_id`]: id });
