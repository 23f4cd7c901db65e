import Base
import Records

/// The muscles that exercises name: a closed list, so that they can be counted and found. A new one is a row here.
package enum Muscle: String, FieldWord {
    case deepNeckFlexors = "deep_neck_flexors"
    case deltoid
    case erectorSpinae = "erector_spinae"
    case gastrocnemius
    case gluteusMaximus = "gluteus_maximus"
    case gluteusMedius = "gluteus_medius"
    case hamstrings
    case hipAdductors = "hip_adductors"
    case hipFlexors = "hip_flexors"
    case hipRotators = "hip_rotators"
    case multifidus
    case obliques
    case quadratusLumborum = "quadratus_lumborum"
    case quadriceps
    case rectusAbdominis = "rectus_abdominis"
    case rotatorCuff = "rotator_cuff"
    case serratusAnterior = "serratus_anterior"
    case soleus
    case tibialisAnterior = "tibialis_anterior"
    case transversusAbdominis = "transversus_abdominis"
    case trapezius

    /// As people read it.
    package var title: Text {
        switch self {
        case .deepNeckFlexors: Text(es: "flexores profundos del cuello", en: "deep neck flexors")
        case .deltoid: Text(es: "deltoides", en: "deltoid")
        case .erectorSpinae: Text(es: "erectores de la columna", en: "erector spinae")
        case .gastrocnemius: Text(es: "gemelos", en: "gastrocnemius")
        case .gluteusMaximus: Text(es: "glúteo mayor", en: "gluteus maximus")
        case .gluteusMedius: Text(es: "glúteo medio", en: "gluteus medius")
        case .hamstrings: Text(es: "isquiotibiales", en: "hamstrings")
        case .hipAdductors: Text(es: "aductores de la cadera", en: "hip adductors")
        case .hipFlexors: Text(es: "flexores de la cadera", en: "hip flexors")
        case .hipRotators: Text(es: "rotadores externos de la cadera", en: "external rotators of the hip")
        case .multifidus: Text(es: "multífidos", en: "multifidus")
        case .obliques: Text(es: "oblicuos del abdomen", en: "abdominal obliques")
        case .quadratusLumborum: Text(es: "cuadrado lumbar", en: "quadratus lumborum")
        case .quadriceps: Text(es: "cuádriceps", en: "quadriceps")
        case .rectusAbdominis: Text(es: "recto del abdomen", en: "rectus abdominis")
        case .rotatorCuff: Text(es: "manguito rotador", en: "rotator cuff")
        case .serratusAnterior: Text(es: "serrato anterior", en: "serratus anterior")
        case .soleus: Text(es: "sóleo", en: "soleus")
        case .tibialisAnterior: Text(es: "tibial anterior", en: "tibialis anterior")
        case .transversusAbdominis: Text(es: "transverso del abdomen", en: "transversus abdominis")
        case .trapezius: Text(es: "trapecio", en: "trapezius")
        }
    }
}
