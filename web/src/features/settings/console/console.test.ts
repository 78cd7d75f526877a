import { describe, expect, it } from 'vitest';
import { faultNames, kept, NO_EDITS, patchOf, removed, secretFault, secretsOf, toggled } from './draft';
import { isOpen, isOrigin, originsOf, originsProblem } from './origins';
import { givenByArea, reasonOf, scopesIn, tokenOf } from './reasons';
import { freshId, hasEdges, idProblem, makeSecret, secretProblem } from './secret';
import type { ConsoleSetup } from './types';

const SAVED: ConsoleSetup = {
  issuer: 'cms',
  secrets: [
    { id: 'new', fingerprint: 'aaaaaaaaaaaa', active: true },
    { id: 'old', fingerprint: 'bbbbbbbbbbbb', active: true },
  ],
  role_map: { admin: 'CRM Manager', agent: 'Agent' },
  cors_origins: ['https://console.example.com'],
};
const NEXT = { id: 'next', secret: 's'.repeat(48), active: true };

describe('what is sent', () => {
  it('is nothing when nothing differs', () => {
    expect(patchOf(SAVED, NO_EDITS)).toEqual({});
    expect(
      patchOf(SAVED, {
        ...NO_EDITS,
        issuer: ' cms ',
        roles: { agent: 'Agent' },
        origins: [...SAVED.cors_origins],
      }),
    ).toEqual({});
  });
  it('names all secrets when one differs, and the value only of the new one', () => {
    expect(patchOf(SAVED, { ...NO_EDITS, added: [NEXT] })).toEqual({
      secrets: [NEXT, { id: 'new', active: true }, { id: 'old', active: true }],
    });
    expect(patchOf(SAVED, removed(NO_EDITS, 'old'))).toEqual({ secrets: [{ id: 'new', active: true }] });
    expect(patchOf(SAVED, toggled(SAVED, NO_EDITS, 'old', false))).toEqual({
      secrets: [
        { id: 'new', active: true },
        { id: 'old', active: false },
      ],
    });
  });
  it('keeps a secret that somebody else added meanwhile', () => {
    const edits = removed(NO_EDITS, 'old');
    const theirs = { id: 'theirs', fingerprint: 'cccccccccccc', active: true };
    const fresh = { ...SAVED, secrets: [theirs, ...SAVED.secrets] };
    expect(patchOf(fresh, edits).secrets?.map((x) => x.id)).toEqual(['theirs', 'new']);
  });
  it('forgets what is switched back, taken back, or never was saved', () => {
    const off = toggled(SAVED, NO_EDITS, 'new', false);
    expect(patchOf(SAVED, toggled(SAVED, off, 'new', true))).toEqual({});
    expect(patchOf(SAVED, kept(removed(NO_EDITS, 'old'), 'old'))).toEqual({});
    expect(patchOf(SAVED, removed({ ...NO_EDITS, added: [NEXT] }, 'next'))).toEqual({});
  });
  it('names every word of the mapping that has a role', () => {
    expect(patchOf(SAVED, { ...NO_EDITS, roles: { agent: 'Viewer' } })).toEqual({
      role_map: { admin: 'CRM Manager', agent: 'Viewer' },
    });
  });
  it('is an empty text where the issuer goes', () => {
    expect(patchOf(SAVED, { ...NO_EDITS, issuer: '' })).toEqual({ issuer: '' });
  });
});

it('finds the row that the server means, past those that are not sent', () => {
  const rows = secretsOf(SAVED, removed({ ...NO_EDITS, added: [NEXT] }, 'new'));
  expect(rows.map((x) => [x.id, x.place])).toEqual([
    ['next', 0],
    ['new', null],
    ['old', 1],
  ]);
  const errors = { 'secrets[1].id': 'wrong' };
  expect(rows.map((x) => secretFault(errors, x.place))).toEqual([undefined, undefined, 'wrong']);
  expect(faultNames(rows)).toContain('secrets[1].secret');
  expect(faultNames(rows)).not.toContain('secrets[2].secret');
});

describe('secrets', () => {
  it('are made of 48 letters that need no quoting, and never twice', () => {
    const many = Array.from({ length: 50 }, makeSecret);
    for (const one of many) expect(one).toMatch(/^[A-Za-z0-9_-]{48}$/);
    expect(new Set(many).size).toBe(50);
    // every letter turns up among 2,400: a fault in the arithmetic would leave some out
    expect(new Set(many.join('')).size).toBe(64);
  });
  it('have 16 to 1000 bytes', () => {
    expect(secretProblem('')).toBe('needSecret');
    expect(secretProblem('x'.repeat(15))).toBe('shortSecret');
    expect(secretProblem('x'.repeat(16))).toBeNull();
    expect(secretProblem('é'.repeat(8))).toBeNull();
    expect(secretProblem('é'.repeat(501))).toBe('longSecret');
    expect(hasEdges('abc ')).toBe(true);
    expect(hasEdges('a b')).toBe(false);
  });
  it('have names of their own', () => {
    expect(idProblem('', [])).toBe('needId');
    expect(idProblem('two words', [])).toBe('badId');
    expect(idProblem('x'.repeat(41), [])).toBe('badId');
    expect(idProblem('old', ['old'])).toBe('idTaken');
    expect(idProblem('2026.11_a-b', ['old'])).toBeNull();
    const now = new Date('2026-11-27T01:00:00Z');
    expect(freshId([], now)).toBe('console-2026-11-27');
    expect(freshId(['console-2026-11-27', 'console-2026-11-27.2'], now)).toBe('console-2026-11-27.3');
  });
});

describe('origins', () => {
  it.each(['https://console.example.com', 'http://localhost:3000', 'http://[::1]:3000'])('%s is one', (o) =>
    expect(isOrigin(o)).toBe(true),
  );
  it.each([
    '*',
    'console.example.com',
    'https://',
    'https://a.b/c',
    'https://a b',
    'ftp://a.b',
    'https://a.b:443',
  ])('%s is none', (o) => expect(isOrigin(o)).toBe(false));
  it('are kept as the server keeps them', () => {
    expect(originsOf([' https://A.example/ ', 'https://a.example', ''])).toEqual(['https://a.example']);
    expect(originsProblem(['https://a.example', '*'])).toEqual({ key: 'badOrigin', origin: '*' });
    expect(originsProblem(Array.from({ length: 21 }, (_, i) => `https://a${i}.example`))?.key).toBe(
      'manyOrigins',
    );
    expect(originsProblem(['https://a.example'])).toBeNull();
  });
  it('in clear are told from those on the own machine', () => {
    expect(isOpen('http://console.example.com')).toBe(true);
    expect(isOpen('http://localhost:3000')).toBe(false);
    expect(isOpen('https://console.example.com')).toBe(false);
  });
});

describe('a token on trial', () => {
  it.each([
    ['Its signature does not fit any active secret.', 'signature', ''],
    ['It is signed with RS256; only HS256 is accepted.', 'algorithm', 'RS256'],
    ['It lacks exp.', 'lacks', 'exp'],
    ['The role night shift has no access here.', 'unmapped', 'night shift'],
    ["It can't be read.", 'unreadable', ''],
  ])('%s', (text, key, what) => expect(reasonOf(text)).toEqual({ key, what }));
  it('leaves a reason it does not know as it is', () => {
    expect(reasonOf('The moon is full.')).toBeNull();
  });
  it('is read however it was pasted', () => {
    expect(tokenOf('  Authorization: Bearer a.b\n.c ')).toBe('a.b.c');
    expect(tokenOf('bearer a.b.c')).toBe('a.b.c');
    expect(tokenOf('a.b.c')).toBe('a.b.c');
  });
  it('lists what it gives by area, with what the catalogue does not know', () => {
    const catalogue = [
      { key: 'clients.read', area: 'clients' },
      { key: 'clients.update', area: 'clients' },
      { key: 'leads.read', area: 'leads' },
    ];
    const areas = givenByArea(
      { 'leads.read': 'none', 'clients.update': 'own', 'clients.read': 'all', 'moons.see': 'team' },
      catalogue,
    );
    expect(areas).toEqual([
      {
        area: 'clients',
        given: [
          { key: 'clients.read', scope: 'all' },
          { key: 'clients.update', scope: 'own' },
        ],
      },
      { area: 'moons', given: [{ key: 'moons.see', scope: 'team' }] },
    ]);
    expect(scopesIn(areas[0]?.given ?? [])).toEqual(['all', 'own']);
  });
});
