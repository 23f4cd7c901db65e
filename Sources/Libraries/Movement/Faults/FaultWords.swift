import Base

extension FaultCode {
    /// Starts a line or a sentence.
    package var name: Text {
        switch self {
        case .kneeValgus: Text(es: "Rodilla hacia dentro (valgo)", en: "Knee inwards (valgus)")
        case .forwardLean: Text(es: "Tronco inclinado hacia delante", en: "Trunk leaning forward")
        case .sidewaysLean: Text(es: "Tronco inclinado hacia un lado", en: "Trunk leaning sideways")
        case .backwardLean: Text(es: "Tronco inclinado hacia atrás", en: "Trunk leaning back")
        case .heelRise: Text(es: "Talón despegado del suelo", en: "Heel off the floor")
        case .hipShift: Text(es: "Cadera desplazada hacia un lado", en: "Hips shifted to one side")
        case .shallow: Text(es: "Recorrido corto", en: "Short of the full way")
        case .incompleteRise: Text(es: "Sin estirarse del todo", en: "Not standing up fully")
        case .stiffKnee: Text(es: "Rodilla rígida al caminar", en: "Stiff knee in walking")
        case .armDrop: Text(es: "El brazo cae", en: "The arm drops")
        case .lossOfBalance: Text(es: "Pérdida de equilibrio", en: "Loss of balance")
        case .shortHold: Text(es: "Apoyo breve sobre una pierna", en: "Short stand on one leg")
        case .asymmetry: Text(es: "Un lado se mueve menos", en: "One side moves less")
        }
    }

    /// For the person who moved: what was seen.
    package func plain(side: BodySide?) -> Text {
        let isRight = side == .right
        let right = Text(es: "derecha", en: "right")
        let left = Text(es: "izquierda", en: "left")
        let which = isRight ? right : left
        let masculine = isRight ? "derecho" : "izquierdo"
        return switch self {
        case .kneeValgus:
            side == nil
                ? Text(es: "Las rodillas se juntan al doblarlas.", en: "Your knees come together as they bend.")
                : Text(
                    es: "La rodilla \(which.spanish) se va hacia dentro.", en: "Your \(which.english) knee goes inwards.")
        case .forwardLean:
            Text(es: "El cuerpo se inclina mucho hacia delante.", en: "Your body leans far forward.")
        case .sidewaysLean:
            Text(
                es: "El cuerpo se inclina hacia la \(which.spanish).", en: "Your body leans to the \(which.english).")
        case .backwardLean: Text(es: "El cuerpo se echa hacia atrás.", en: "Your body leans back.")
        case .heelRise:
            Text(
                es: "El talón \(masculine) se despega del suelo.", en: "Your \(which.english) heel comes off the floor.")
        case .hipShift:
            Text(
                es: "La cadera se desplaza hacia la \(which.spanish).", en: "Your hips move over to the \(which.english).")
        case .shallow:
            Text(
                es: "El movimiento se queda corto. Si le han pedido hacerlo así, está bien.",
                en: "The movement stops short. If you were asked to do it that way, that is fine.")
        case .incompleteRise: Text(es: "No llega a ponerse del todo de pie.", en: "You do not quite stand up fully.")
        case .stiffKnee:
            Text(
                es: "La rodilla \(which.spanish) se dobla poco al dar el paso.",
                en: "Your \(which.english) knee bends little as you step.")
        case .armDrop:
            Text(
                es: "El brazo \(masculine) cae de golpe al bajar.", en: "Your \(which.english) arm drops on the way down.")
        case .lossOfBalance:
            Text(es: "El pie \(masculine) se movió de su sitio.", en: "Your \(which.english) foot moved from its place.")
        case .shortHold:
            Text(
                es: "Sobre la pierna \(which.spanish) se mantuvo poco tiempo.",
                en: "You stood on your \(which.english) leg only briefly.")
        case .asymmetry:
            Text(es: "El lado \(masculine) se mueve menos que el otro.", en: "Your \(which.english) side moves less than the other.")
        }
    }
}

extension FaultVerdict.Reason {
    /// For people.
    package var message: Text {
        switch self {
        case .hiddenByView:
            Text(es: "desde donde estaba la cámara no se ve", en: "it does not show from where the camera stood")
        case .uncertain:
            Text(
                es: "está demasiado cerca del límite para el error de la medición",
                en: "it is too near the limit for the error of the measurement")
        case .notInPicture:
            Text(
                es: "no se vio la parte del cuerpo que hace falta", en: "the part of the body that it shows in was not seen")
        case .tooLittleSeen:
            Text(es: "se vio muy poco del movimiento", en: "too little of the movement was seen")
        }
    }
}
