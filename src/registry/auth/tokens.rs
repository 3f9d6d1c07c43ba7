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

/// Tokens by what they are for.
#[derive(Default)]
struct Table {
    tokens: HashMap<String, Token>,
    /// How many tokens there may be before those that have expired are dropped.
    enough: usize,
}

type TokenTable = Mutex<Table>;

/// Fewer tokens than these are not searched for expired ones.
const FEW: usize = 256;

impl Table {
    fn get(&self, key: &str) -> Option<&Token> {
        self.tokens.get(key).filter(|token| token.expires > Instant::now())
    }

    /// Adds a token. Expired ones are dropped whenever there are twice as many tokens as there were after the last time,
    /// so that thousands of tokens cost no more time each than a few.
    fn insert(&mut self, key: String, token: Token) {
        if self.tokens.len() >= self.enough.max(FEW) {
            let now = Instant::now();
            self.tokens.retain(|_, token| token.expires > now);
            self.enough = self.tokens.len().saturating_mul(2);
        }
        self.tokens.insert(key, token);
    }
}

impl Tokens {
    /// Returns the token for `key` if there is one that has not expired.
    pub(crate) fn get(&self, key: &str) -> Option<Token> {
        self.tokens.lock().get(key).cloned()
    }

    /// Drops a token that was refused, unless another caller has renewed it already.
    pub(crate) fn forget(&self, refused: &Token) {
        self.tokens.lock().tokens.retain(|_, token| token.value != refused.value);
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
            let known = tokens.lock().get(&owned_key).cloned();
            if let Some(token) = known {
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
        for key in keys {
            tokens.insert(key, token.clone());
        }
        Ok(())
    }

    /// Forgets all tokens.
    pub(crate) fn clear(&self) {
        *self.tokens.lock() = Table::default();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn token(expires: Instant) -> Token {
        Token { value: "secret".into(), is_fresh: false, expires }
    }

    #[test]
    fn an_expired_token_is_not_used() {
        let (mut table, now) = (Table::default(), Instant::now());
        table.insert("old".to_owned(), token(now));
        table.insert("new".to_owned(), token(now + Duration::from_secs(60)));
        assert!(table.get("old").is_none() && table.get("new").is_some());
    }

    #[test]
    fn expired_tokens_take_no_more_memory_than_a_few() {
        let (mut table, now) = (Table::default(), Instant::now());
        table.insert("new".to_owned(), token(now + Duration::from_secs(60)));
        for number in 0..100 * FEW {
            table.insert(number.to_string(), token(now));
        }
        assert!(table.tokens.len() <= FEW, "{}", table.tokens.len());
        assert!(table.get("new").is_some());
    }

    #[test]
    fn tokens_in_use_are_all_kept() {
        let (mut table, later) = (Table::default(), Instant::now() + Duration::from_secs(60));
        for number in 0..10 * FEW {
            table.insert(number.to_string(), token(later));
        }
        assert!((0..10 * FEW).all(|number| table.get(&number.to_string()).is_some()));
    }
}
