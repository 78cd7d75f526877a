import { type ConsolePatch, type ConsoleSetup, type RoleWord, WORDS } from './types';

export type NewSecret = { id: string; secret: string; active: boolean };
/** Only what differs from what is saved: so that a change by somebody else shines through. */
export type Edits = {
  issuer?: string;
  roles: Partial<Record<RoleWord, string>>;
  origins?: string[];
  /** Newest first. */
  added: NewSecret[];
  removed: string[];
  active: Record<string, boolean>;
};
export const NO_EDITS: Edits = { roles: {}, added: [], removed: [], active: {} };

export type SecretRow = {
  id: string;
  active: boolean;
  /** None until it is saved. */
  fingerprint: string | null;
  removed: boolean;
  /** Its place in what is sent, by which the server names a fault; none if it is not sent. */
  place: number | null;
};

/** The secrets as they would be, with those that are about to go. */
export function secretsOf(saved: ConsoleSetup, edits: Edits): SecretRow[] {
  let place = 0;
  const row = (id: string, active: boolean, fingerprint: string | null, removed: boolean): SecretRow => ({
    id,
    active,
    fingerprint,
    removed,
    place: removed ? null : place++,
  });
  return [
    ...edits.added.map((x) => row(x.id, x.active, null, false)),
    ...saved.secrets.map((x) =>
      row(x.id, edits.active[x.id] ?? x.active, x.fingerprint, edits.removed.includes(x.id)),
    ),
  ];
}

export const issuerOf = (saved: ConsoleSetup, edits: Edits): string => edits.issuer ?? saved.issuer ?? '';
export const originsNow = (saved: ConsoleSetup, edits: Edits): string[] =>
  edits.origins ?? saved.cors_origins;
export const roleOf = (saved: ConsoleSetup, edits: Edits, word: RoleWord): string | null =>
  edits.roles[word] ?? saved.role_map[word] ?? null;

export function toggled(saved: ConsoleSetup, edits: Edits, id: string, active: boolean): Edits {
  if (edits.added.some((x) => x.id === id))
    return { ...edits, added: edits.added.map((x) => (x.id === id ? { ...x, active } : x)) };
  const { [id]: _, ...rest } = edits.active;
  const was = saved.secrets.find((x) => x.id === id)?.active;
  return { ...edits, active: active === was ? rest : { ...rest, [id]: active } };
}

/** One that was never saved is simply gone. */
export const removed = (edits: Edits, id: string): Edits =>
  edits.added.some((x) => x.id === id)
    ? { ...edits, added: edits.added.filter((x) => x.id !== id) }
    : { ...edits, removed: [...edits.removed, id] };
export const kept = (edits: Edits, id: string): Edits => ({
  ...edits,
  removed: edits.removed.filter((x) => x !== id),
});

const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((x, i) => x === b[i]);

/** What travels: the parts that differ, each of them whole, as the server wants them. */
export function patchOf(saved: ConsoleSetup, edits: Edits): ConsolePatch {
  const patch: ConsolePatch = {};
  const issuer = issuerOf(saved, edits).trim();
  if (issuer !== (saved.issuer ?? '')) patch.issuer = issuer;
  const rows = secretsOf(saved, edits);
  const switched = saved.secrets.some(
    (x) => edits.removed.includes(x.id) || (edits.active[x.id] ?? x.active) !== x.active,
  );
  if (edits.added.length || switched)
    patch.secrets = rows
      .filter((x) => !x.removed)
      .map(({ id, active }) => {
        const secret = edits.added.find((x) => x.id === id)?.secret;
        return secret === undefined ? { id, active } : { id, secret, active };
      });
  if (WORDS.some((word) => roleOf(saved, edits, word) !== (saved.role_map[word] ?? null)))
    patch.role_map = Object.fromEntries(
      WORDS.flatMap((word) => {
        const role = roleOf(saved, edits, word);
        return role ? [[word, role]] : [];
      }),
    );
  const origins = originsNow(saved, edits);
  if (!same(origins, saved.cors_origins)) patch.cors_origins = origins;
  return patch;
}

/** The first secret of which the server says something, and what. */
export function secretFault(errors: Record<string, string>, place: number | null): string | undefined {
  if (place === null) return undefined;
  return errors[`secrets[${place}].secret`] ?? errors[`secrets[${place}].id`];
}

/** The names under which the server may find fault with what this page sends. */
export const faultNames = (rows: readonly SecretRow[]): string[] => [
  'issuer',
  'cors_origins',
  'secrets',
  ...WORDS.map((word) => `role_map.${word}`),
  ...rows.flatMap((x) => (x.place === null ? [] : [`secrets[${x.place}].id`, `secrets[${x.place}].secret`])),
];
