//! `math`, and `native`: what C code would do, with the GIL and without.

use std::io::Read;
use std::net::TcpStream;

use crate::Gil;
use crate::eval::exception::{Exception, ExceptionKind, Result};
use crate::eval::native::{Arguments, BlockingCall, Entry, Found, Module, Owner, Returned};
use crate::eval::object::{Payload, Value};
use crate::eval::operators;
use crate::syntax::tree::Constant;
use ungil_vtime::Platform;

pub(crate) fn entries<G: Gil>() -> Vec<Entry<G>> {
    let math = |name, run| Entry::function(Owner::Module(Module::Math), name, run);
    let native = |name, run| Entry::function(Owner::Module(Module::Native), name, run);
    vec![
        Entry { owner: Owner::Module(Module::Math), name: "pi", value: Found::Float(std::f64::consts::PI) },
        math("cos", |_, arguments| function(arguments, f64::cos)),
        math("exp", |_, arguments| function(arguments, f64::exp)),
        math("sin", |_, arguments| function(arguments, f64::sin)),
        math("sqrt", |_, arguments| {
            let [value] = arguments.exactly()?;
            match value.number()? {
                number if number < 0.0 => Err(Exception::new(ExceptionKind::ValueError, "math domain error")),
                number => Ok(Returned::Value(Value::float(number.sqrt()))),
            }
        }),
        math("floor", |context, arguments| {
            let [value] = arguments.exactly()?;
            match value.int().or_else(|| operators::whole(value.float()?.floor())) {
                Some(number) => Ok(Returned::Value(context.shared.int(number))),
                None => {
                    value.number()?;
                    Err(Exception::new(ExceptionKind::OverflowError, "this number has no integer of 64 bits"))
                }
            }
        }),
        native("integrate", |context, arguments| {
            let (a, b, n) = bounds(arguments)?;
            let area = integrate(a, b, n, context.shared.platform());
            Ok(Returned::Value(Value::float(area)))
        }),
        native("integrate_nogil", |context, arguments| {
            let (a, b, n) = bounds(arguments)?;
            let platform = context.shared.platform().clone();
            let work = move || Ok(Constant::Float(integrate(a, b, n, &platform)));
            Ok(Returned::BlockingCall(BlockingCall::Work(Box::new(work))))
        }),
        native("download", |_, arguments| {
            let [host, port] = arguments.exactly()?;
            let Payload::Text(host) = &*host else {
                return Err(Exception::new(ExceptionKind::TypeError, "the host is a str"));
            };
            let port = u16::try_from(port.integer()?).map_err(|_| {
                Exception::new(ExceptionKind::OverflowError, "a port is a number from 0 to 65535")
            })?;
            let host = host.to_string();
            let work = move || {
                download(&host, port).map(|bytes| Constant::Int(bytes as i64)).map_err(|error| {
                    Exception::new(ExceptionKind::OSError, format!("{host}:{port}: {error}"))
                })
            };
            Ok(Returned::BlockingCall(BlockingCall::Work(Box::new(work))))
        }),
    ]
}

fn function<G: Gil>(arguments: &mut Arguments<'_, G>, f: fn(f64) -> f64) -> Result<Returned<G>> {
    let [value] = arguments.exactly()?;
    let result = f(value.number()?);
    if result.is_nan() && !value.number()?.is_nan() {
        return Err(Exception::new(ExceptionKind::ValueError, "math domain error"));
    }
    if result.is_infinite() && value.number()?.is_finite() {
        return Err(Exception::new(ExceptionKind::OverflowError, "math range error"));
    }
    Ok(Returned::Value(Value::float(result)))
}

/// After at most this number of steps, native code tells a virtual clock how many it has made.
const GO: u32 = 1 << 16;

fn bounds<G: Gil>(arguments: &mut Arguments<'_, G>) -> Result<(f64, f64, u64)> {
    let [a, b, n] = arguments.exactly()?;
    let n = u64::try_from(n.integer()?).ok().filter(|n| *n > 0);
    let n = n.ok_or_else(|| Exception::new(ExceptionKind::ValueError, "at least one step is needed"))?;
    Ok((a.number()?, b.number()?, n))
}

/// The lecture's `integrate` of the cosine in native code. A step counts as an instruction for a virtual clock.
fn integrate(a: f64, b: f64, n: u64, platform: &impl Platform) -> f64 {
    let step = (b - a) / n as f64;
    let mut area = 0.0;
    let mut begin = 0;
    while begin < n {
        let end = n.min(begin + u64::from(GO));
        for i in begin..end {
            area += (a + i as f64 * step).cos() * step;
        }
        platform.executed((end - begin) as u32);
        begin = end;
    }
    area
}

/// Downloads until the server closes the connection. Returns the number of bytes.
fn download(host: &str, port: u16) -> std::io::Result<usize> {
    TcpStream::connect((host, port))?.read_to_end(&mut Vec::new())
}
