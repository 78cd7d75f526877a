export { inOrder, moved } from './moved';
export { ReorderList } from './ReorderList';
