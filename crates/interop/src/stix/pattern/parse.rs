//! The grammar of patterns, from loose to tight.

use std::collections::BTreeSet;

use super::scan::{Scanner, Token};
use super::{
    Comparison, Condition, Constant, Join, Observation, Operator, Path, PatternError, Qualifier, Step, Test, is_keyword,
};
use crate::stix::check::{is_hash, is_ipv4, is_ipv6};
use crate::stix::limits::{MAX_PATH_STEPS, MAX_PATTERN_DEPTH};

type Parsed<T> = Result<T, PatternError>;

/// A comparison, and the types of which one object could fulfil it.
type Typed = (Comparison, BTreeSet<String>);

/// The signs and words of operators on single values.
const OPERATORS: [(&str, Operator); 8] = [
    ("=", Operator::Equal),
    ("==", Operator::Equal),
    ("!=", Operator::NotEqual),
    ("<>", Operator::NotEqual),
    ("<", Operator::Less),
    ("<=", Operator::LessOrEqual),
    (">", Operator::Greater),
    (">=", Operator::GreaterOrEqual),
];

/// Reads a whole pattern.
pub(super) fn pattern(text: &str) -> Parsed<Observation> {
    let mut parser = Parser { scanner: Scanner::new(text)?, next: Token::End, place: 0, depth: 0 };
    parser.advance()?;
    let observation = parser.observations(Join::FollowedBy)?;
    if parser.next == Token::End {
        return Ok(observation);
    }
    Err(parser.expected("AND, OR, FOLLOWEDBY, a qualifier or the end"))
}

struct Parser<'t> {
    scanner: Scanner<'t>,
    next: Token,
    /// Octets before the next token.
    place: usize,
    depth: usize,
}

impl Parser<'_> {
    /// Takes the next token and reads the one after it.
    fn advance(&mut self) -> Parsed<Token> {
        self.place = self.scanner.place()?;
        let after = self.scanner.token()?;
        Ok(std::mem::replace(&mut self.next, after))
    }

    fn expected(&self, what: &str) -> PatternError {
        self.scanner.error(self.place, &format!("{what} should stand here"))
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(&self.next, Token::Word(next) if next == word)
    }

    fn takes_word(&mut self, word: &str) -> Parsed<bool> {
        let found = self.is_word(word);
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    fn takes_sign(&mut self, sign: &str) -> Parsed<bool> {
        let found = matches!(self.next, Token::Sign(next) if next == sign);
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    fn sign(&mut self, sign: &str) -> Parsed<()> {
        if self.takes_sign(sign)? { Ok(()) } else { Err(self.expected(&format!("`{sign}`"))) }
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= MAX_PATTERN_DEPTH {
            let reason = format!("parentheses stand more than {MAX_PATTERN_DEPTH} inside one another");
            return Err(self.scanner.error(self.place, &reason));
        }
        self.depth = self.depth.saturating_add(1);
        let came = read(self);
        self.depth = self.depth.saturating_sub(1);
        came
    }

    fn observations(&mut self, join: Join) -> Parsed<Observation> {
        let mut parts = vec![self.tighter(join)?];
        while self.takes_word(join.word())? {
            parts.push(self.tighter(join)?);
        }
        Ok(single(parts, |parts| Observation::Joined(join, parts)))
    }

    fn tighter(&mut self, join: Join) -> Parsed<Observation> {
        match join {
            Join::FollowedBy => self.observations(Join::Or),
            Join::Or => self.observations(Join::And),
            Join::And => self.observation(),
        }
    }

    fn observation(&mut self) -> Parsed<Observation> {
        let mut observation = if self.takes_sign("(")? {
            let inside = self.deeper(|parser| parser.observations(Join::FollowedBy))?;
            self.sign(")")?;
            Observation::Grouped(Box::new(inside))
        } else {
            if !self.takes_sign("[")? {
                return Err(self.expected("`[` or `(`"));
            }
            let (comparison, _) = self.any()?;
            self.sign("]")?;
            Observation::One(comparison)
        };
        let mut seen = Vec::new();
        while let Some((word, qualifier)) = self.qualifier()? {
            if seen.contains(&word) {
                return Err(self.scanner.meaningless(self.place, &format!("`{word}` stands twice"), "9.5.1"));
            }
            seen.push(word);
            observation = Observation::Qualified(Box::new(observation), qualifier);
        }
        Ok(observation)
    }

    fn qualifier(&mut self) -> Parsed<Option<(&'static str, Qualifier)>> {
        if self.takes_word("WITHIN")? {
            self.within().map(|qualifier| Some(("WITHIN", qualifier)))
        } else if self.takes_word("REPEATS")? {
            self.repeats().map(|qualifier| Some(("REPEATS", qualifier)))
        } else if self.takes_word("START")? {
            self.between().map(|qualifier| Some(("START", qualifier)))
        } else {
            Ok(None)
        }
    }

    fn within(&mut self) -> Parsed<Qualifier> {
        let seconds = match &self.next {
            Token::Constant(Constant::Integer(seconds)) => seconds.to_string(),
            Token::Constant(Constant::Float(seconds)) => seconds.to_string(),
            Token::Constant(_) | Token::Word(_) | Token::Sign(_) | Token::End => {
                return Err(self.expected("a number of seconds"));
            }
        };
        if !seconds.parse::<f64>().is_ok_and(|seconds| seconds > 0.0) {
            return Err(self.scanner.meaningless(self.place, "the number of seconds should be above 0", "9.5.1"));
        }
        self.advance()?;
        if self.takes_word("SECONDS")? { Ok(Qualifier::Within(seconds.into())) } else { Err(self.expected("SECONDS")) }
    }

    fn repeats(&mut self) -> Parsed<Qualifier> {
        let Token::Constant(Constant::Integer(times)) = self.next else {
            return Err(self.expected("a whole number of times"));
        };
        if times < 1 {
            return Err(self.scanner.meaningless(self.place, "the number of times should be above 0", "9.5.1"));
        }
        self.advance()?;
        if self.takes_word("TIMES")? { Ok(Qualifier::Repeats(times)) } else { Err(self.expected("TIMES")) }
    }

    fn between(&mut self) -> Parsed<Qualifier> {
        let start = self.time()?;
        if !self.takes_word("STOP")? {
            return Err(self.expected("STOP"));
        }
        Ok(Qualifier::Between(start, self.time()?))
    }

    fn time(&mut self) -> Parsed<Box<str>> {
        let Token::Constant(Constant::Time(time)) = &self.next else {
            return Err(self.expected("a time such as t'2026-07-01T03:10:00Z'"));
        };
        let time = time.clone();
        self.advance()?;
        Ok(time)
    }

    fn any(&mut self) -> Parsed<Typed> {
        let (first, mut types) = self.all()?;
        let mut parts = vec![first];
        while self.takes_word("OR")? {
            let (part, others) = self.all()?;
            types.extend(others);
            parts.push(part);
        }
        Ok((single(parts, Comparison::Any), types))
    }

    /// Section 9.5: what AND joins must be fulfilled by one object, so its operands must have a type in common.
    fn all(&mut self) -> Parsed<Typed> {
        let (first, mut types) = self.test()?;
        let mut parts = vec![first];
        while self.takes_word("AND")? {
            let place = self.place;
            let (part, others) = self.test()?;
            types.retain(|object_type| others.contains(object_type));
            if types.is_empty() {
                let reason = "no object is of both types; join them by OR, or write two observations";
                return Err(self.scanner.meaningless(place, reason, "9.5"));
            }
            parts.push(part);
        }
        Ok((single(parts, Comparison::All), types))
    }

    fn test(&mut self) -> Parsed<Typed> {
        if self.takes_sign("(")? {
            let (inside, types) = self.deeper(Self::any)?;
            self.sign(")")?;
            return Ok((Comparison::Grouped(Box::new(inside)), types));
        }
        let is_negated = self.takes_word("NOT")?;
        if self.takes_word("EXISTS")? {
            let path = self.path()?;
            return Ok(typed(Test { path, is_negated, condition: Condition::Exists }));
        }
        if is_negated {
            return Err(self.expected("EXISTS"));
        }
        let path = self.path()?;
        let is_negated = self.takes_word("NOT")?;
        let condition = self.condition(&path)?;
        Ok(typed(Test { path, is_negated, condition }))
    }

    fn condition(&mut self, path: &Path) -> Parsed<Condition> {
        if self.takes_word("IN")? {
            return self.set(path);
        }
        if self.takes_word("LIKE")? {
            return self.text().map(Condition::Like);
        }
        if self.takes_word("MATCHES")? {
            return self.text().map(Condition::Matches);
        }
        if self.takes_word("ISSUBSET")? {
            return self.network().map(Condition::Subset);
        }
        if self.takes_word("ISSUPERSET")? {
            return self.network().map(Condition::Superset);
        }
        let operator = self.operator()?;
        let place = self.place;
        let constant = self.constant()?;
        let is_ordered = !matches!(operator, Operator::Equal | Operator::NotEqual);
        if is_ordered && matches!(constant, Constant::Boolean(_)) {
            return Err(self.scanner.error(place, "true and false have no order"));
        }
        self.fits_hash(path, &constant, place)?;
        Ok(Condition::Compare(operator, constant))
    }

    fn operator(&mut self) -> Parsed<Operator> {
        let sign = if let Token::Sign(sign) = self.next { sign } else { "" };
        let Some((_, operator)) = OPERATORS.iter().find(|(known, _)| *known == sign) else {
            return Err(self.expected("a comparison operator"));
        };
        self.advance()?;
        Ok(*operator)
    }

    fn constant(&mut self) -> Parsed<Constant> {
        let constant = match &self.next {
            Token::Constant(constant) => constant.clone(),
            Token::Word(word) if word == "true" => Constant::Boolean(true),
            Token::Word(word) if word == "false" => Constant::Boolean(false),
            Token::Word(_) | Token::Sign(_) | Token::End => return Err(self.expected("a constant")),
        };
        self.advance()?;
        Ok(constant)
    }

    fn text(&mut self) -> Parsed<String> {
        let Token::Constant(Constant::Text(text)) = &self.next else {
            return Err(self.expected("a text in apostrophes"));
        };
        let text = text.clone();
        self.advance()?;
        Ok(text)
    }

    fn network(&mut self) -> Parsed<String> {
        let place = self.place;
        let text = self.text()?;
        if is_ipv4(&text) || is_ipv6(&text) {
            return Ok(text);
        }
        Err(self.scanner.meaningless(place, "this is no IP address or network", "9.6.1"))
    }

    fn set(&mut self, path: &Path) -> Parsed<Condition> {
        self.sign("(")?;
        let mut constants: Vec<Constant> = Vec::new();
        while !self.takes_sign(")")? {
            if !constants.is_empty() {
                self.sign(",")?;
            }
            let place = self.place;
            let constant = self.constant()?;
            if constants.first().is_some_and(|first| first.kind() != constant.kind()) {
                return Err(self.scanner.meaningless(place, "the constants of a set should be of one kind", "9.6.1"));
            }
            self.fits_hash(path, &constant, place)?;
            constants.push(constant);
        }
        Ok(Condition::In(constants))
    }

    /// A hash that is none can match nothing (section 9.4).
    fn fits_hash(&self, path: &Path, constant: &Constant, place: usize) -> Parsed<()> {
        let (Constant::Text(text), [.., Step::Name(before), Step::Name(name)]) = (constant, path.steps.as_slice())
        else {
            return Ok(());
        };
        if before == "hashes" && !is_hash(name, text) {
            return Err(self.scanner.meaningless(place, &format!("this is no hash of the kind {name}"), "2.7"));
        }
        Ok(())
    }

    fn path(&mut self) -> Parsed<Path> {
        let object_type = match &self.next {
            Token::Word(word) if !is_keyword(word) => word.clone(),
            Token::Word(_) | Token::Constant(_) | Token::Sign(_) | Token::End => {
                return Err(self.expected("a path such as file:name"));
            }
        };
        self.advance()?;
        self.sign(":")?;
        let mut steps = vec![self.name()?];
        while let Some(step) = self.step()? {
            if steps.len() >= MAX_PATH_STEPS {
                return Err(self.scanner.error(self.place, &format!("a path has at most {MAX_PATH_STEPS} steps")));
            }
            steps.push(step);
        }
        Ok(Path { object_type, steps })
    }

    fn step(&mut self) -> Parsed<Option<Step>> {
        if self.takes_sign(".")? {
            return self.name().map(Some);
        }
        if !self.takes_sign("[")? {
            return Ok(None);
        }
        let step = match self.next {
            Token::Constant(Constant::Integer(slot)) if slot >= 0 => Step::Slot(slot),
            Token::Sign("*") => Step::Some,
            Token::Constant(_) | Token::Sign(_) | Token::Word(_) | Token::End => {
                return Err(self.expected("an index from 0, or `*`"));
            }
        };
        self.advance()?;
        self.sign("]")?;
        Ok(Some(step))
    }

    fn name(&mut self) -> Parsed<Step> {
        let name = match &self.next {
            Token::Word(word) if !word.contains('-') && !is_keyword(word) => word.clone(),
            Token::Word(_) => return Err(self.expected("a name, in apostrophes if it holds a hyphen or is a keyword,")),
            Token::Constant(Constant::Text(text)) => text.clone(),
            Token::Constant(_) | Token::Sign(_) | Token::End => return Err(self.expected("the name of a property")),
        };
        self.advance()?;
        Ok(Step::Name(name))
    }
}

/// The one part, or all of them joined.
fn single<T>(mut parts: Vec<T>, join: impl FnOnce(Vec<T>) -> T) -> T {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        last => {
            parts.extend(last);
            join(parts)
        }
    }
}

fn typed(test: Test) -> Typed {
    let types = BTreeSet::from([test.path.object_type.clone()]);
    (Comparison::Test(test), types)
}

impl Join {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::FollowedBy => "FOLLOWEDBY",
            Self::Or => "OR",
            Self::And => "AND",
        }
    }
}

impl Constant {
    /// The kinds that a set does not mix; whole numbers and others are one.
    const fn kind(&self) -> u8 {
        match self {
            Self::Boolean(_) => 0,
            Self::Integer(_) | Self::Float(_) => 1,
            Self::Text(_) => 2,
            Self::Hex(_) | Self::Binary(_) => 3,
            Self::Time(_) => 4,
        }
    }
}
