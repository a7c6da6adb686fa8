//! Comma-separated values (RFC 4180), strictly: whatever is broken is refused with its row and column.

/// Octets of a file that are read at once.
pub const MAX_FILE_BYTES: usize = 64 * 1024 * 1024;

/// Columns of a table.
pub const MAX_COLUMNS: usize = 1024;

/// Rows of a table: more than any register of incidents has. A row takes memory of its own however little stands in it.
pub const MAX_ROWS: usize = 1_000_000;

/// Octets of one field.
pub const MAX_FIELD_BYTES: usize = 1024 * 1024;

/// A table with a row of names first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    names: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// Where a file is broken, counted from 1; row 1 holds the names.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("row {row}, column {column}: {what}")]
#[non_exhaustive]
pub struct CsvError {
    /// The row, not the line: a quoted field may hold line breaks.
    pub row: usize,
    /// The column.
    pub column: usize,
    /// What is wrong there.
    pub what: CsvFault,
}

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CsvFault {
    /// More than [`MAX_FILE_BYTES`].
    #[error("the file has more than {MAX_FILE_BYTES} octets")]
    File,
    /// Not UTF-8.
    #[error("the text is not UTF-8")]
    Encoding,
    /// A quotation mark inside a field that does not begin with one, or text after the closing one.
    #[error("a quotation mark stands where none may")]
    Quote,
    /// The file ends inside quotation marks.
    #[error("a quotation mark is never closed")]
    Open,
    /// More than [`MAX_FIELD_BYTES`].
    #[error("the field has more than {MAX_FIELD_BYTES} octets")]
    Field,
    /// More or fewer fields than names, or more than [`MAX_COLUMNS`].
    #[error("the row has {0} fields, expected {1}")]
    Width(usize, usize),
    /// More rows than [`MAX_ROWS`].
    #[error("the file has more than {MAX_ROWS} rows; cut it into several")]
    Rows,
    /// Two columns of one name, or a missing one.
    #[error("the column `{0}` is missing or there twice")]
    Name(String),
    /// No row of names.
    #[error("the file is empty")]
    Empty,
}

impl Table {
    /// Reads a file.
    ///
    /// # Errors
    /// With row and column where it is broken first.
    pub fn read(octets: &[u8]) -> Result<Self, CsvError> {
        if octets.len() > MAX_FILE_BYTES {
            return Err(at(1, 1, CsvFault::File));
        }
        let mut reader = Reader { row: 1, ..Reader::default() };
        let text = std::str::from_utf8(octets).map_err(|error| reader.until(octets, error.valid_up_to()))?;
        reader.text(text.strip_prefix('\u{feff}').unwrap_or(text))?;
        let mut rows = reader.rows.into_iter();
        let names = rows.next().ok_or_else(|| at(1, 1, CsvFault::Empty))?;
        for (before, name) in names.iter().enumerate() {
            if names.iter().take(before).any(|other| other == name) {
                return Err(at(1, before.saturating_add(1), CsvFault::Name(name.clone())));
            }
        }
        Ok(Self { names, rows: rows.collect() })
    }

    /// The names of the columns.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Which column has that name, from 0.
    ///
    /// # Errors
    /// If none has.
    pub fn column(&self, name: &str) -> Result<usize, CsvError> {
        let missing = || at(1, self.names.len().saturating_add(1), CsvFault::Name(name.to_owned()));
        self.names.iter().position(|other| other == name).ok_or_else(missing)
    }

    /// The values of some columns, row by row, each row with its number in the file.
    pub fn rows(&self) -> impl Iterator<Item = (usize, &[String])> {
        self.rows.iter().enumerate().map(|(before, row)| (before.saturating_add(2), row.as_slice()))
    }
}

#[derive(Default)]
struct Reader {
    row: usize,
    rows: Vec<Vec<String>>,
    fields: Vec<String>,
    field: String,
    state: State,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    Start,
    Plain,
    Quoted,
    Closed,
}

impl Reader {
    fn text(&mut self, text: &str) -> Result<(), CsvError> {
        let mut left = text.chars().peekable();
        while let Some(character) = left.next() {
            // A carriage return counts as part of the line break after it, and as text elsewhere.
            if character == '\r' && left.peek() == Some(&'\n') && self.state != State::Quoted {
                continue;
            }
            self.character(character)?;
        }
        match self.state {
            State::Quoted => Err(self.fault(CsvFault::Open)),
            State::Start if self.fields.is_empty() => Ok(()),
            State::Start | State::Plain | State::Closed => self.end_of_row(),
        }
    }

    fn character(&mut self, character: char) -> Result<(), CsvError> {
        match (self.state, character) {
            (State::Quoted, '"') => self.state = State::Closed,
            (State::Quoted, other) => self.push(other)?,
            (State::Start, '"') => self.state = State::Quoted,
            (State::Closed, '"') => {
                self.state = State::Quoted;
                self.push('"')?;
            }
            (State::Start | State::Plain | State::Closed, ',') => self.end_of_field()?,
            (State::Start | State::Plain | State::Closed, '\n') => self.end_of_row()?,
            (State::Plain, '"') | (State::Closed, _) => return Err(self.fault(CsvFault::Quote)),
            (State::Start | State::Plain, other) => {
                self.state = State::Plain;
                self.push(other)?;
            }
        }
        Ok(())
    }

    fn push(&mut self, character: char) -> Result<(), CsvError> {
        if self.field.len() >= MAX_FIELD_BYTES {
            return Err(self.fault(CsvFault::Field));
        }
        self.field.push(character);
        Ok(())
    }

    fn end_of_field(&mut self) -> Result<(), CsvError> {
        if self.fields.len() >= MAX_COLUMNS {
            return Err(at(self.row, MAX_COLUMNS, CsvFault::Width(MAX_COLUMNS.saturating_add(1), MAX_COLUMNS)));
        }
        self.fields.push(std::mem::take(&mut self.field));
        self.state = State::Start;
        Ok(())
    }

    fn end_of_row(&mut self) -> Result<(), CsvError> {
        self.end_of_field()?;
        if self.rows.len() > MAX_ROWS {
            return Err(at(self.row, 1, CsvFault::Rows));
        }
        let expected = self.rows.first().map_or(self.fields.len().min(MAX_COLUMNS), Vec::len);
        if self.fields.len() != expected {
            return Err(at(self.row, self.fields.len().min(expected), CsvFault::Width(self.fields.len(), expected)));
        }
        self.rows.push(std::mem::take(&mut self.fields));
        self.row = self.row.saturating_add(1);
        Ok(())
    }

    /// Where the text stops being UTF-8; or what is broken before that.
    fn until(&mut self, octets: &[u8], valid: usize) -> CsvError {
        let text = octets.get(..valid).and_then(|valid| std::str::from_utf8(valid).ok()).unwrap_or_default();
        for character in text.chars() {
            if let Err(error) = self.character(character) {
                return error;
            }
        }
        self.fault(CsvFault::Encoding)
    }

    fn fault(&self, what: CsvFault) -> CsvError {
        at(self.row, self.fields.len().saturating_add(1), what)
    }
}

fn at(row: usize, column: usize, what: CsvFault) -> CsvError {
    CsvError { row, column, what }
}
