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
