import { AREAS, type Catalogue, type Explanation, type Question, type ResourceRef } from './types';

export type Asked = Question & { key: string; kind: 'action' | 'field' };
const ACTIONS = ['read', 'update', 'delete', 'manage'];

/** What is worth asking about one record: seeing it, changing it and so on, then each sensitive field it has. */
export function questionsFor(catalogue: Catalogue, userId: string, resource: ResourceRef): Asked[] {
  const base = { user_id: userId, resource_type: resource.type, resource_id: resource.id };
  const prefix = `${AREAS[resource.type]}.`;
  const known = new Set(catalogue.permissions.map((p) => p.key));
  return [
    ...ACTIONS.map((verb) => `${prefix}${verb}`)
      .filter((key) => known.has(key))
      .map((key) => ({ ...base, permission: key, key, kind: 'action' as const })),
    ...catalogue.fields
      .filter((f) => f.key.startsWith(prefix))
      .map((f) => ({ ...base, field: f.key, key: f.key, kind: 'field' as const })),
  ];
}

/** "clients.read: team" in its two halves; a line of another shape stays whole. */
export function splitLine(line: string): { key: string; value: string } | null {
  const found = /^([a-z_]+\.[a-z_]+):\s*(\w+)$/.exec(line.trim());
  return found ? { key: found[1] as string, value: found[2] as string } : null;
}

/** Two permissions can lead over the same step: it is told once. */
export const uniqueSteps = (steps: Explanation['steps']): Explanation['steps'] =>
  steps.filter((s, i) => steps.findIndex((x) => x.text === s.text) === i);
