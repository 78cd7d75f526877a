import { expect, it } from 'vitest';
import { bodyOf } from './query';

it('asks for what the list shows, in its order and without its pages', () => {
  const params = {
    status: 'new,active',
    search: 'maya',
    country: '',
    sort: '-name',
    limit: 100,
    cursor: 'x',
  };
  expect(bodyOf({ entity: 'clients', format: 'csv', params, columns: ['name', 'custom.level'] })).toEqual({
    entity: 'clients',
    format: 'csv',
    filter: { status: 'new,active', search: 'maya' },
    sort: '-name',
    columns: ['name', 'custom.level'],
  });
});
it('leaves order and columns to the server where none are chosen', () => {
  expect(bodyOf({ entity: 'audit', format: 'xlsx', params: {}, columns: null })).toEqual({
    entity: 'audit',
    format: 'xlsx',
    filter: {},
  });
});
it('asks for the chosen rows, or for all but some', () => {
  const params = { status: 'new', sort: '-name', limit: 100 };
  const wish = { entity: 'leads', format: 'csv', params, columns: null } as const;
  const rows = bodyOf({ ...wish, selection: { kind: 'rows', ids: ['a', 'b'] }, language: 'ar', mail: true });
  expect(rows).toEqual({
    entity: 'leads',
    format: 'csv',
    ids: ['a', 'b'],
    sort: '-name',
    language: 'ar',
    mail: true,
  });
  const all = { kind: 'all', filter: params, except: ['c'], total: 9, estimate: false } as const;
  expect(bodyOf({ ...wish, selection: { ...all, except: [...all.except] } })).toEqual({
    entity: 'leads',
    format: 'csv',
    filter: { status: 'new' },
    except: ['c'],
    sort: '-name',
  });
});
