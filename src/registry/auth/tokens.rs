//! The tokens in use. Each is remembered until shortly before it expires, and one request for a token serves many
//! callers.

use std::{collections::HashMap, sync::Arc, time::Instant};

use parking_lot::Mutex;

use super::token_exchange::{Token, TokenExchange};
use crate::{cache::single_flight::SingleFlight, error::Result};

/// The tokens of one service, in memory only.
#[derive(Default)]
pub(crate) struct Tokens {
    tokens: Arc<TokenTable>,
    requests: SingleFlight<String, Result<Token>>,
}

type TokenTable = Mutex<HashMap<String, Token>>;

impl Tokens {
    /// Returns the token for `key` if there is one that has not expired.
    pub(crate) fn get(&self, key: &str) -> Option<Token> {
        find(&self.tokens, key)
    }

    /// Drops a token that was refused, unless another caller has renewed it already.
    pub(crate) fn forget(&self, refused: &Token) {
        self.tokens.lock().retain(|_, token| token.value != refused.value);
    }

    /// Returns the token for `key`, and requests one if there is none.
    ///
    /// # Errors
    /// The error of the token service.
    pub(crate) async fn obtain(&self, key: &str, exchange: TokenExchange) -> Result<Token> {
        if let Some(token) = self.get(key) {
            return Ok(token);
        }
        let (tokens, owned_key) = (self.tokens.clone(), key.to_owned());
        let work = async move {
            // Another caller's token may have arrived since the look above.
            if let Some(token) = find(&tokens, &owned_key) {
                return Ok(token);
            }
            let token = exchange.run().await?;
            let reused = Token { is_fresh: false, ..token.clone() };
            tokens.lock().insert(owned_key, reused);
            Ok(token)
        };
        self.requests.join(key.to_owned(), work).await
    }

    /// Requests one token for many keys. It does not count as fresh: if it covers less than was requested, the registry
    /// refuses it and the caller renews it.
    pub(crate) async fn obtain_for_all(&self, keys: Vec<String>, exchange: TokenExchange) -> Result<()> {
        let token = Token { is_fresh: false, ..exchange.run().await? };
        let mut tokens = self.tokens.lock();
        tokens.extend(keys.into_iter().map(|key| (key, token.clone())));
        Ok(())
    }

    /// Forgets all tokens.
    pub(crate) fn clear(&self) {
        self.tokens.lock().clear();
    }
}

fn find(tokens: &TokenTable, key: &str) -> Option<Token> {
    let mut tokens = tokens.lock();
    tokens.retain(|_, token| token.expires > Instant::now());
    tokens.get(key).cloned()
}
