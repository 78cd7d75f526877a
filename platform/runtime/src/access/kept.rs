//! What a process keeps of a tenant's configuration beside the policy, and for as long as the policy.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::ctx::Ctx;
use crate::db::TenantTx;

/// A part of the configuration that nearly every change of a record asks for. Whoever changes it calls
/// [`Ctx::access_changed`]: this process then reads it anew at once, and every other within a second.
pub trait Kept: Send + Sync + Sized + 'static {
    /// Reads it.
    fn load(tx: &TenantTx) -> impl Future<Output = kernel::Result<Self>> + Send;
}

/// The parts that were read at one version of a tenant's policy.
#[derive(Clone, Default)]
pub struct Shelf(Arc<Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>>);

impl std::fmt::Debug for Shelf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Shelf")
    }
}

impl Shelf {
    fn get<T: Kept>(&self) -> Option<Arc<T>> {
        let parts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        parts.get(&TypeId::of::<T>()).cloned().and_then(|part| part.downcast().ok())
    }

    fn put<T: Kept>(&self, part: Arc<T>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(TypeId::of::<T>(), part);
    }
}

impl Ctx {
    /// A part of the tenant's configuration: from memory, or read now. An operation that changes
    /// configuration reads its own transaction, and nobody else gets to see what it read.
    pub async fn kept<T: Kept>(&self) -> kernel::Result<Arc<T>> {
        let shelf = self.actor().shelf.as_ref().filter(|_| !self.configures());
        if let Some(part) = shelf.and_then(Shelf::get::<T>) {
            return Ok(part);
        }
        let part = Arc::new(T::load(self.tx()).await?);
        if let Some(shelf) = shelf {
            shelf.put(part.clone());
        }
        Ok(part)
    }
}
