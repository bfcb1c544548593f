//! The Open University's data as documents of lrm: a framework, and the evidence and registrations of each learner.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use lrm_core::{Absence, Association, AssociationType, Competency, Evidence, Framework, Instant, Value, Weight};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// What can go wrong here: a file, a row, or what the engine makes of them.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The tables, and what is made of them.
#[derive(Debug)]
pub struct Data {
    /// `assessments.csv`.
    pub assessments: Vec<Assessment>,
    /// `studentAssessment.csv.gz`.
    pub results: Vec<Outcome>,
    /// `studentRegistration.csv.gz`.
    pub registrations: Vec<Registration>,
    /// How many days each presentation takes, in the order of their names.
    pub presentations: BTreeMap<String, i64>,
}

/// One assessment of one presentation.
#[derive(Debug, Deserialize)]
pub struct Assessment {
    code_module: String,
    code_presentation: String,
    /// The assessment's id.
    pub id_assessment: String,
    /// Marked by a tutor (TMA) or a computer (CMA).
    pub assessment_type: String,
    /// The day on which it is due.
    pub date: i64,
    /// Its weight in the presentation, as written.
    pub weight: String,
}

/// What one learner got in one assessment.
#[derive(Debug, Deserialize)]
pub struct Outcome {
    id_assessment: String,
    id_student: String,
    date_submitted: i64,
    is_banked: u8,
    score: Option<i32>,
}

/// One learner in one presentation.
#[derive(Debug, Deserialize)]
pub struct Registration {
    code_module: String,
    code_presentation: String,
    id_student: String,
}

#[derive(Deserialize)]
struct Course {
    code_module: String,
    code_presentation: String,
    module_presentation_length: i64,
}

impl Assessment {
    /// One run of a module: `BBB-2014J` is module BBB from October 2014.
    pub fn presentation(&self) -> String {
        format!("{}-{}", self.code_module, self.code_presentation)
    }

    fn weight(&self) -> lrm_core::Result<Weight> {
        Weight::new(self.weight.parse()?)
    }
}

impl Data {
    /// Reads the files that come with the examples.
    ///
    /// # Errors
    /// If one cannot be read.
    pub fn read() -> Result<Self> {
        let name = |course: &Course| format!("{}-{}", course.code_module, course.code_presentation);
        let courses: Vec<Course> = read("courses.csv")?;
        Ok(Self {
            assessments: read("assessments.csv")?,
            results: read("studentAssessment.csv.gz")?,
            registrations: read("studentRegistration.csv.gz")?,
            presentations: courses.iter().map(|course| (name(course), course.module_presentation_length)).collect(),
        })
    }

    /// University → module → presentation → assessment, with the assessment's weight on the last edge.
    ///
    /// # Errors
    /// If a weight is not one.
    pub fn framework(&self) -> Result<Framework> {
        let mut builder = Framework::builder().id("oulad", "2014J").title("The Open University");
        builder = builder.competency(competency("University", "OU", "The Open University"));
        let mut known = Vec::new();
        for row in &self.assessments {
            let (module, run) = (&row.code_module, row.presentation());
            if !known.contains(module) {
                known.push(module.clone());
                builder = builder.competency(competency("Module", module, &format!("Module {module}")));
                builder = builder.child_of(module, "OU");
            }
            if !known.contains(&run) {
                known.push(run.clone());
                let statement = format!("{module} in {}", row.code_presentation);
                builder = builder.competency(competency("Presentation", &run, &statement)).child_of(&run, module);
            }
            let statement = format!("{} of {run}, due on day {}", row.assessment_type, row.date);
            let mut edge = Association::new(AssociationType::IsChildOf, &row.id_assessment, &run);
            edge.weight = row.weight()?;
            builder =
                builder.competency(competency(&row.assessment_type, &row.id_assessment, &statement)).association(edge);
        }
        Ok(builder.build()?)
    }

    /// The presentations that each learner registered for.
    pub fn scopes(&self) -> BTreeMap<&str, Vec<String>> {
        let mut scopes: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for row in &self.registrations {
            let run = format!("{}-{}", row.code_module, row.code_presentation);
            scopes.entry(row.id_student.as_str()).or_default().push(run);
        }
        scopes
    }

    /// The results of each learner. One without a score means not yet, never zero.
    ///
    /// # Errors
    /// If a result is of an unknown assessment or its day is no instant.
    pub fn evidence(&self) -> Result<BTreeMap<&str, Vec<Evidence>>> {
        let assessments: BTreeMap<_, _> = self.assessments.iter().map(|row| (&row.id_assessment, row)).collect();
        let mut evidence: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for row in &self.results {
            let assessment = assessments.get(&row.id_assessment).ok_or("a result of an unknown assessment")?;
            let run = assessment.presentation();
            let judgement = match row.score {
                Some(score) => Evidence::scored(&row.id_assessment, score),
                None => Evidence::absent(&row.id_assessment, Absence::NotYet),
            };
            let mut item = judgement
                .id(format!("{}/{}", row.id_student, row.id_assessment))
                .observed_at(instant(&run, row.date_submitted)?)
                .due_at(instant(&run, assessment.date)?);
            if row.is_banked == 1 {
                // Earned in an earlier presentation: the data dates it on the day before this one began.
                item = item.context("earlier presentation");
            }
            evidence.entry(row.id_student.as_str()).or_default().push(item);
        }
        Ok(evidence)
    }

    /// How many results were banked, have no score, came late.
    pub fn oddities(&self) -> [usize; 3] {
        let due: BTreeMap<_, _> = self.assessments.iter().map(|row| (&row.id_assessment, row.date)).collect();
        let late = |row: &&Outcome| due.get(&row.id_assessment).is_some_and(|day| row.date_submitted > *day);
        [
            self.results.iter().filter(|row| row.is_banked == 1).count(),
            self.results.iter().filter(|row| row.score.is_none()).count(),
            self.results.iter().filter(late).count(),
        ]
    }

    /// The modules, and whether no assessment of theirs has a weight.
    ///
    /// # Errors
    /// If a weight is not one.
    pub fn modules(&self) -> Result<BTreeMap<&str, bool>> {
        let mut weightless = BTreeMap::new();
        for row in &self.assessments {
            *weightless.entry(row.code_module.as_str()).or_insert(true) &= row.weight()?.value() == Value::ZERO;
        }
        Ok(weightless)
    }

    /// The presentations under way at an instant.
    ///
    /// # Errors
    /// If a presentation's day is no instant.
    pub fn running(&self, at: Instant) -> Result<Vec<&str>> {
        let mut running = Vec::new();
        for (run, days) in &self.presentations {
            if (instant(run, 0)?..instant(run, *days)?).contains(&at) {
                running.push(run.as_str());
            }
        }
        Ok(running)
    }
}

/// A file of the examples.
pub fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The rows of a CSV file, packed or not.
fn read<T: DeserializeOwned>(name: &str) -> Result<Vec<T>> {
    let path = file("data/oulad").join(name);
    let bytes = File::open(&path).map_err(|error| format!("{name}: {error}"))?;
    let packed = path.extension().is_some_and(|extension| extension == "gz");
    let text: Box<dyn Read> = if packed { Box::new(GzDecoder::new(bytes)) } else { Box::new(bytes) };
    Ok(csv::Reader::from_reader(text).into_deserialize().collect::<csv::Result<_>>()?)
}

fn competency(kind: &str, id: &str, statement: &str) -> Competency {
    let mut competency = Competency::new(id, statement);
    competency.kind = Some(kind.to_owned());
    competency
}

/// Days count from the start of a presentation: J is 1 October, B is 1 February.
fn instant(run: &str, day: i64) -> Result<Instant> {
    let (_, name) = run.split_once('-').ok_or("a presentation has a name such as BBB-2014J")?;
    let start = name.replace('B', "-02-01").replace('J', "-10-01");
    let start = Instant::parse(&format!("{start}T00:00:00Z"))?;
    Ok(Instant::from_micros(start.micros() + day * 24 * 3_600 * 1_000_000)?)
}
