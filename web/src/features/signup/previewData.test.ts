import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import arabicMenu from '@/staff/i18n/ar.json';
import englishMenu from '@/staff/i18n/en.json';
import { allowedItems, MAIN_NAV } from '@/staff/nav';
import arabic from './i18n/ar.json';
import english from './i18n/en.json';
import { SCENES } from './previewData';

/** What stands before the dot in the permissions of each module. */
const AREAS: Record<string, string[]> = {
  clients: ['clients', 'dashboard'],
  documents: ['documents'],
  leads: ['leads'],
  partners: ['partners'],
  pipeline: ['contacts', 'opportunities', 'deals', 'pipelines', 'reports'],
  activities: ['activities', 'notes', 'attachments'],
};
const modulesOf = (template: string): string[] => {
  const text = readFileSync(`../templates/${template}/template.yaml`, 'utf8');
  return /^modules: \[(.+)\]$/m.exec(text)?.[1]?.split(', ') ?? [];
};

it('the preview calls the pages as the menu does', () => {
  for (const [here, there] of [
    [english.preview.nav, englishMenu.nav],
    [arabic.preview.nav, arabicMenu.nav],
  ])
    expect(there).toMatchObject(here as object);
});

describe.each(Object.entries(SCENES))('the preview of %s', (template, scene) => {
  const modules = modulesOf(template);
  const off = Object.keys(AREAS).flatMap((m) => (modules.includes(m) ? [] : (AREAS[m] ?? [])));
  const menu = allowedItems(MAIN_NAV, (key) => !off.includes(key.split('.')[0] ?? ''));

  it('shows the pages that its first administrator finds, and no others', () => {
    expect(modules.length).toBeGreaterThan(2);
    expect(scene.nav.map((p) => p.key)).toEqual(menu.map((i) => i.key));
    expect(scene.nav.map((p) => p.icon)).toEqual(menu.map((i) => i.icon));
    expect(scene.nav.map((p) => p.key)).toContain(scene.active);
  });
});
