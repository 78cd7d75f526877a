export { AssignDialog } from './AssignDialog';
export { BulkActions } from './BulkActions';
export { allMatching, type Selection, sizeOf } from './selection';
export { useSelection } from './useSelection';
